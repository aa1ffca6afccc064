import { Button, Popconfirm, Table, Tag, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { useAct } from '@/shared/components/errors';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { EmptyView } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import type { Conference } from './conferenceCalls';

type Party = InteractionLive['parties'][number] & { host: boolean };
type Act = 'admit' | 'hold' | 'mute' | 'unmute' | 'remove';

/** The conferences that go on, and what a supervisor does with each of the parties. */
export default function Conferences({ conferences }: { conferences: Conference[] }) {
  const { t } = useTranslation();
  if (conferences.length === 0)
    return (
      <div className="hj-panel hj-panel-body">
        <EmptyView what={t('conference.nobody')} how={t('conference.nobodyHow')} />
      </div>
    );
  return (
    <div className="hj-conferences">
      {conferences.map((one) => (
        <Room key={one.id} conference={one} />
      ))}
    </div>
  );
}

function Room({ conference }: { conference: Conference }) {
  const { t } = useTranslation();
  const may = useRight('conferences.direct');
  const { busy, run } = useAct();
  const parties = useMemo<Party[]>(
    () =>
      conference.calls.flatMap((call) =>
        call.parties.map((party) => ({
          ...party,
          host: party.role === 'customer' && call.conference?.host === true,
        })),
      ),
    [conference.calls],
  );
  const path = `/conferences/${conference.id}`;
  const control = (party: Party, act: Act) => run(() => api.post(`${path}/parties/${party.leg_id}/${act}`));
  const button = (party: Party, act: Act, text: string, primary = false) => (
    <Button
      size="small"
      type={primary ? 'primary' : 'default'}
      disabled={busy}
      data-testid={`party-${act}`}
      onClick={() => void control(party, act)}
    >
      {text}
    </Button>
  );
  const columns: TableColumnsType<Party> = [
    {
      title: t('conference.party'),
      key: 'party',
      render: (_, party) => (
        <span className="hj-nowrap">
          <CallerNumber value={party.number} medium="voice" /> {party.name}
        </span>
      ),
    },
    {
      title: t('nodeKind.conference.field.part'),
      key: 'part',
      width: 110,
      render: (_, party) =>
        t(
          party.host
            ? 'conference.host'
            : party.role === 'outside'
              ? 'conference.called'
              : 'conference.guest',
        ),
    },
    {
      title: t('live.state'),
      key: 'state',
      width: 210,
      render: (_, party) => (
        <span data-testid="party-state" data-state={party.state} data-muted={party.muted}>
          <Tag color={colours[party.state]}>{t(`conference.state.${party.state}`)}</Tag>
          {party.muted ? <Tag>{t('conference.muted')}</Tag> : null}
        </span>
      ),
    },
    {
      title: t('conference.since'),
      key: 'since',
      width: 90,
      align: 'right',
      render: (_, party) => <Elapsed since={party.since} />,
    },
  ];
  if (may)
    columns.push({
      key: 'acts',
      width: 320,
      align: 'right',
      render: (_, party) => (
        <span className="hj-conference-acts">
          {party.state === 'waiting' ? button(party, 'admit', t('conference.admit'), true) : null}
          {party.state === 'held' ? button(party, 'admit', t('conference.back'), true) : null}
          {party.state === 'in' ? button(party, 'hold', t('conference.hold')) : null}
          {party.state === 'calling'
            ? null
            : party.muted
              ? button(party, 'unmute', t('conference.unmute'))
              : button(party, 'mute', t('conference.mute'))}
          <Popconfirm
            title={t('conference.removeSure')}
            okText={t('conference.remove')}
            okButtonProps={{ danger: true }}
            onConfirm={() => control(party, 'remove')}
          >
            <Button size="small" danger disabled={busy} data-testid="party-remove">
              {t('conference.remove')}
            </Button>
          </Popconfirm>
        </span>
      ),
    });
  return (
    <section
      className="hj-panel"
      aria-label={conference.room}
      data-testid="conference"
      data-id={conference.id}
    >
      <header className="hj-conference-head">
        <h2>{conference.room}</h2>
        <span className="hj-faint">{t('conference.parties', { number: parties.length })}</span>
        {may ? (
          <Popconfirm
            title={t('conference.endSure')}
            description={t('conference.endHow')}
            okText={t('conference.end')}
            okButtonProps={{ danger: true }}
            onConfirm={() => run(() => api.delete(path))}
          >
            <Button size="small" danger disabled={busy} data-testid="conference-end">
              {t('conference.end')}
            </Button>
          </Popconfirm>
        ) : null}
      </header>
      <Table<Party>
        size="small"
        rowKey="leg_id"
        columns={columns}
        dataSource={parties}
        pagination={false}
        onRow={(party) => ({ 'data-testid': 'conference-party', 'data-leg': party.leg_id }) as object}
      />
    </section>
  );
}

const colours: Partial<Record<Party['state'], string>> = {
  in: 'blue',
  waiting: 'orange',
  calling: 'gold',
};
