import { Table, Tag, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { InteractionLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { EmptyView } from '@/shared/components/Views';
import { useLive } from '@/shared/live/hooks';

/** Who waits in the queues now, longest first; with those who ring at an agent, as in the queues' figures. */
export function useWaiting(queueId: string, wanted: string): InteractionLive[] {
  const interactions = useLive((state) => state.view.interactions);
  return useMemo(
    () =>
      [...interactions.values()]
        .filter(
          (one) =>
            (one.state === 'queued' || one.state === 'offered') && (!queueId || one.queue_id === queueId),
        )
        .filter(
          (one) => !wanted || one.caller.includes(wanted) || one.caller_name.toLowerCase().includes(wanted),
        )
        .sort((one, other) => (one.queued_at ?? '').localeCompare(other.queued_at ?? '')),
    [interactions, queueId, wanted],
  );
}

export function WaitingCallers({
  callers,
  chosen,
  open,
}: {
  callers: InteractionLive[];
  chosen: string;
  open: (id: string) => void;
}) {
  const { t } = useTranslation();
  const columns: TableColumnsType<InteractionLive> = [
    {
      title: t('column.caller'),
      key: 'caller',
      width: 230,
      render: (_, one) => (
        <span className="hj-nowrap">
          <CallerNumber value={one.caller} medium={one.medium} />{' '}
          {one.callback ? <Tag color="cyan">{t('direction.callback')}</Tag> : null}
        </span>
      ),
    },
    {
      title: t('live.place'),
      key: 'place',
      width: 90,
      align: 'right',
      render: (_, one) => (one.state === 'offered' ? t('agentState.reserved') : one.position),
    },
    {
      title: t('column.wait'),
      key: 'wait',
      width: 110,
      align: 'right',
      render: (_, one) => <Elapsed since={one.queued_at} amberAfter={20} redAfter={60} />,
    },
    { title: t('column.queue'), dataIndex: 'queue_name', width: 240, ellipsis: true },
    { title: t('person.name'), dataIndex: 'caller_name', ellipsis: true },
  ];
  const many = callers.length > 60;
  return (
    <div className="hj-panel">
      <Table<InteractionLive>
        size="small"
        virtual={many}
        scroll={many ? { y: 560, x: 800 } : undefined}
        rowKey="id"
        columns={columns}
        dataSource={callers}
        pagination={false}
        locale={{ emptyText: <EmptyView what={t('live.nobodyWaits')} /> }}
        rowClassName={(one) => (one.id === chosen ? 'hj-row-link hj-row-chosen' : 'hj-row-link')}
        onRow={(one) => ({
          tabIndex: 0,
          title: t('why.title'),
          onClick: () => open(one.id),
          onKeyDown: (event) => {
            if (event.key === 'Enter') open(one.id);
          },
          ...({ 'data-testid': 'waiting-row', 'data-id': one.id } as object),
        })}
      />
    </div>
  );
}
