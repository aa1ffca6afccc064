import { useQuery } from '@tanstack/react-query';
import { Drawer, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Interaction, InteractionDetail, Page } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { useCodeLabel } from '@/shared/components/labels';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { duration } from '@/shared/format/format';
import { dateTime, timeOrDay } from '@/shared/format/time';
import { Player } from '@/shared/player/Player';

/** My latest interactions; a click opens one beside the work, with what was said. */
export function Recent({ refresh }: { refresh: string }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const recent = useQuery({
    queryKey: ['me', 'interactions', refresh],
    queryFn: () =>
      api.get<Page<Interaction>>('/me/interactions', { page: 1, page_size: 20, sort: '-started_at' }),
    placeholderData: (previous) => previous,
  });
  const columns: TableColumnsType<Interaction> = [
    {
      title: t('column.startedAt'),
      dataIndex: 'started_at',
      width: 104,
      render: (value: string) => timeOrDay(value),
    },
    {
      title: t('column.caller'),
      dataIndex: 'caller',
      width: 150,
      render: (value: string | null) => <CallerNumber value={value} />,
    },
    { title: t('column.queue'), dataIndex: 'queue_name', ellipsis: true },
    {
      title: t('column.talk'),
      dataIndex: 'talk_seconds',
      align: 'right',
      width: 80,
      render: (value: number | null) => duration(value),
    },
    { title: t('column.disposition'), dataIndex: 'disposition_name', ellipsis: true },
    { title: t('column.note'), dataIndex: 'note', ellipsis: true },
  ];
  if (recent.isPending) return <LoadingView rows={4} />;
  if (recent.isError) return <ErrorView error={recent.error} retry={() => void recent.refetch()} />;
  const open = text('interaction');
  return (
    <>
      <Table<Interaction>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={recent.data.items}
        pagination={false}
        locale={{ emptyText: <EmptyView what={t('recent.empty')} how={t('recent.emptyHow')} /> }}
        onRow={(row) => ({
          className: 'hj-row-link',
          tabIndex: 0,
          onClick: () => change({ interaction: row.id }),
          onKeyDown: (event) => {
            if (event.key === 'Enter') change({ interaction: row.id });
          },
          ...({ 'data-testid': 'interaction-row', 'data-id': row.id } as object),
        })}
      />
      <Drawer
        open={open !== ''}
        size={620}
        title={t('recent.title')}
        onClose={() => change({ interaction: null })}
        destroyOnHidden
      >
        {open ? <RecentOne id={open} /> : null}
      </Drawer>
    </>
  );
}

function RecentOne({ id }: { id: string }) {
  const { t } = useTranslation();
  const label = useCodeLabel();
  const detail = useQuery({
    queryKey: ['interaction', id],
    queryFn: () => api.get<InteractionDetail>(`/interactions/${id}`),
    // A recording is turned into its file after the call; until then this one item is asked for again.
    refetchInterval: ({ state }) =>
      state.data?.recordings.some((one) => one.state === 'recording' || one.state === 'processing')
        ? 3000
        : false,
  });
  if (detail.isPending) return <LoadingView />;
  if (detail.isError) return <ErrorView error={detail.error} retry={() => void detail.refetch()} />;
  const one = detail.data;
  const facts: [string, string][] = [
    [t('column.startedAt'), dateTime(one.started_at)],
    [t('column.queue'), one.queue_name ?? '–'],
    [t('column.wait'), duration(one.wait_seconds)],
    [t('column.talk'), duration(one.talk_seconds)],
    [t('column.endReason'), label('endReason', one.end_reason)],
    [t('column.disposition'), one.disposition_name ?? '–'],
    [t('column.note'), one.note ?? '–'],
  ];
  return (
    <div className="hj-recent-one">
      <div className="hj-call-caller">
        <CallerNumber value={one.caller} />
      </div>
      <dl className="hj-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {one.recordings.length === 0 ? <p className="hj-faint">{t('player.none')}</p> : null}
      {one.recordings.map((recording) => (
        <Player key={recording.id} recording={recording} />
      ))}
    </div>
  );
}
