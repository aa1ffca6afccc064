import { Button, Input, Popconfirm, Table, Tag, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { Elapsed } from '@/shared/components/Elapsed';
import { useAct } from '@/shared/components/errors';
import { EmptyView } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import type { OnBreak } from './onBreak';
import { useReasons } from './reasons';

const colours = { began: 'blue', granted: 'green', waiting: 'orange' } as const;

/** Who rests and who waits for a break, and what a supervisor decides about it. */
export default function Breaks({ breaks }: { breaks: OnBreak[] }) {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const may = useRight('breaks.direct');
  const reasons = useReasons();
  if (breaks.length === 0)
    return (
      <div className="hj-panel hj-panel-body">
        <EmptyView what={t('breaks.nobody')} />
      </div>
    );
  const decide = (one: OnBreak, what: 'grant' | 'refuse' | 'end', body?: object) =>
    run(() => api.post(`/breaks/${one.id}/${what}`, body));
  const columns: TableColumnsType<OnBreak> = [
    {
      title: t('column.agent'),
      key: 'agent',
      render: (_, one) => `${one.number} ${one.name}`,
    },
    {
      title: t('breaks.reason'),
      key: 'reason',
      render: (_, { break_request: asked }) =>
        reasons.find((reason) => reason.id === asked.reason_code_id)?.name ?? '–',
    },
    {
      title: t('live.state'),
      key: 'state',
      width: 260,
      render: (_, { break_request: asked }) => (
        <span data-testid="break-state" data-state={asked.state}>
          <Tag color={colours[asked.state]}>
            {t(`breaks.state.${asked.state}`, { place: asked.place ?? '' })}
          </Tag>
          {asked.over_limit ? <Tag>{t('breaks.overLimit')}</Tag> : null}
        </span>
      ),
    },
    {
      title: t('breaks.since'),
      key: 'since',
      width: 90,
      align: 'right',
      render: (_, { break_request: asked }) => <Elapsed since={asked.began_at ?? asked.asked_at} />,
    },
  ];
  if (may)
    columns.push({
      key: 'acts',
      width: 220,
      align: 'right',
      render: (_, one) => (
        <span className="hj-conference-acts">
          {one.break_request.state === 'waiting' ? (
            <Button
              size="small"
              type="primary"
              disabled={busy}
              onClick={() => void decide(one, 'grant')}
              data-testid="break-grant"
            >
              {t('breaks.grant')}
            </Button>
          ) : null}
          {one.break_request.state === 'began' ? (
            <Popconfirm
              title={t('breaks.endSure', { name: one.name })}
              okText={t('breaks.end')}
              onConfirm={() => decide(one, 'end')}
            >
              <Button size="small" disabled={busy} data-testid="break-end">
                {t('breaks.end')}
              </Button>
            </Popconfirm>
          ) : (
            <Refuse busy={busy} refuse={(word) => decide(one, 'refuse', { word })} />
          )}
        </span>
      ),
    });
  return (
    <div className="hj-panel">
      <Table<OnBreak>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={breaks}
        pagination={false}
        onRow={(one) => ({ 'data-testid': 'break', 'data-agent': one.number }) as object}
      />
    </div>
  );
}

function Refuse({ busy, refuse }: { busy: boolean; refuse: (word: string) => Promise<void> }) {
  const { t } = useTranslation();
  const [word, setWord] = useState('');
  return (
    <Popconfirm
      title={t('breaks.refuseSure')}
      description={
        <Input
          value={word}
          maxLength={200}
          placeholder={t('breaks.word')}
          aria-label={t('breaks.word')}
          onChange={(event) => setWord(event.target.value)}
          data-testid="break-word"
        />
      }
      okText={t('breaks.refuse')}
      okButtonProps={{ danger: true }}
      onConfirm={() => refuse(word)}
    >
      <Button size="small" danger disabled={busy} data-testid="break-refuse">
        {t('breaks.refuse')}
      </Button>
    </Popconfirm>
  );
}
