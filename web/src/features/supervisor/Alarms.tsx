import { BellOutlined, CheckOutlined } from '@ant-design/icons';
import { Button, Segmented, Switch, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { Alarm } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { Elapsed } from '@/shared/components/Elapsed';
import { useAct } from '@/shared/components/errors';
import { LevelMark } from '@/shared/components/LevelMark';
import { PagedTable } from '@/shared/components/PagedTable';
import { EmptyView } from '@/shared/components/Views';
import { duration } from '@/shared/format/format';
import { timeOrDay } from '@/shared/format/time';
import { useLiveInteraction } from '@/shared/live/hooks';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { useRight } from '@/shared/session/session';
import { useAlarmPage, useAlarmSound, type Which } from './alarms';
import { useReasons } from './reasons';
import { useSuggestions } from './suggestions';

const size = 50;
const kinds: Which[] = ['unseen', 'open', 'all'];
const empty = { unseen: 'alarm.noneUnseen', open: 'alarm.noneOpen', all: 'alarm.noneAll' } as const;

/** The alarms on time in state: what happened when to whom, and who has seen to it. */
export default function Alarms({ open }: { open: (agentId: string) => void }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const which = kinds.find((one) => one === text('alarms')) ?? 'unseen';
  const [page, setPage] = useState(1);
  const list = useAlarmPage(which, page, size);
  const { busy, run } = useAct();
  const [sound, setSound] = useAlarmSound();
  const reasons = useReasons();
  const sets = useRight('alarms.set');
  const unseen = (list.data?.items ?? []).filter((one) => !one.acknowledged_at);
  const acknowledge = (alarms: Alarm[]) =>
    run(async () => {
      await api.post('/alarms/acknowledge', { alarm_ids: alarms.map(({ id }) => id) });
      await list.refetch();
    });
  const columns: TableColumnsType<Alarm> = [
    {
      title: t('alarm.raisedAt'),
      key: 'raised',
      width: 170,
      render: (_, one) => (
        <span className="hj-alarm-when">
          <LevelMark level={one.level} /> {timeOrDay(one.raised_at)}
        </span>
      ),
    },
    {
      title: t('alarm.who'),
      key: 'who',
      ellipsis: true,
      render: (_, one) => <Who alarm={one} open={open} />,
    },
    {
      title: t('alarm.what'),
      key: 'what',
      width: 200,
      render: (_, one) => {
        const reason = reasons.find(({ id }) => id === one.reason_code_id)?.name;
        return [t(`activity.${one.state}`), reason].filter(Boolean).join(' · ');
      },
    },
    {
      title: t('alarm.limit'),
      dataIndex: 'after_seconds',
      width: 90,
      align: 'right',
      render: (seconds: number) => duration(seconds),
    },
    {
      title: t('alarm.lasted'),
      key: 'lasted',
      width: 150,
      align: 'right',
      render: (_, one) =>
        one.ended_at ? (
          duration((Date.parse(one.ended_at) - Date.parse(one.since)) / 1000)
        ) : (
          <>
            <span className="hj-faint">{t('alarm.goesOn')}</span> <Elapsed since={one.since} />
          </>
        ),
    },
    {
      title: t('alarm.seenBy'),
      key: 'seen',
      width: 220,
      render: (_, one) =>
        one.acknowledged_at ? (
          <span data-testid="alarm-seen">
            {one.acknowledged_by_name ?? '–'}{' '}
            <span className="hj-faint">{timeOrDay(one.acknowledged_at)}</span>
          </span>
        ) : (
          <Button
            size="small"
            icon={<CheckOutlined />}
            disabled={busy}
            onClick={() => void acknowledge([one])}
            data-testid="alarm-acknowledge"
          >
            {t('alarm.acknowledge')}
          </Button>
        ),
    },
  ];
  return (
    <>
      <div className="hj-alarm-bar">
        <Segmented
          aria-label={t('alarm.whichLabel')}
          value={which}
          options={kinds.map((value) => ({ value, label: t(`alarm.which.${value}`) }))}
          onChange={(value) => {
            setPage(1);
            change({ alarms: value === 'unseen' ? null : value });
          }}
        />
        {unseen.length > 0 ? (
          <Button
            disabled={busy}
            onClick={() => void acknowledge(unseen)}
            data-testid="alarm-acknowledge-all"
          >
            {t('alarm.acknowledgeShown', { number: unseen.length })}
          </Button>
        ) : null}
        <div className="hj-page-actions">
          <label className="hj-alarm-sound">
            <BellOutlined /> {t('alarm.sound')}{' '}
            <Switch size="small" checked={sound} onChange={setSound} data-testid="alarm-sound" />
          </label>
          {sets ? <Link to="/admin/state-thresholds">{t('alarm.toThresholds')}</Link> : null}
        </div>
      </div>
      <PagedTable<Alarm>
        list={list}
        rowKey="id"
        columns={columns}
        empty={<EmptyView what={t(empty[which])} how={t('alarm.how')} />}
        setPage={setPage}
        onRow={(one) =>
          ({ 'data-testid': 'alarm', 'data-level': one.level, 'data-state': one.state }) as object
        }
      />
    </>
  );
}

function Who({ alarm, open }: { alarm: Alarm; open: (agentId: string) => void }) {
  const { t } = useTranslation();
  const call = useLiveInteraction(alarm.interaction_id);
  const suggested = useSuggestions(false).data?.items;
  const { agent_id: agentId, queue_id: queueId } = alarm;
  if (agentId)
    return (
      <Button type="link" size="small" className="hj-alarm-who" onClick={() => open(agentId)}>
        {alarm.agent_number} {alarm.agent_name}
      </Button>
    );
  return (
    <span>
      {t('alarm.waitsIn', { queue: alarm.queue_name ?? '–' })}{' '}
      {alarm.interaction_id ? (
        <Link to={`/interactions/${alarm.interaction_id}`}>
          {call ? <CallerNumber value={call.caller} /> : t('alarm.open')}
        </Link>
      ) : null}{' '}
      {!alarm.ended_at && suggested?.some((one) => one.queue_id === queueId) ? (
        <Link to="/live?tab=suggestions" className="hj-alarm-suggestion" data-testid="alarm-suggestion">
          {t('suggestion.see')}
        </Link>
      ) : null}
    </span>
  );
}
