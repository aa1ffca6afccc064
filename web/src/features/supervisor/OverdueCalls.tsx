import { useQuery } from '@tanstack/react-query';
import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { NextCall, OverdueCalls as OfAgent, Page } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { dayAndMinute } from '@/shared/format/time';
import { useLive } from '@/shared/live/hooks';
import type { useOverdueCalls } from './overdue';

const pageSize = 20;

export default function OverdueCalls({ overdue }: { overdue: ReturnType<typeof useOverdueCalls> }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const { report, agents } = overdue;
  const columns: TableColumnsType<OfAgent> = [
    {
      title: t('overdueCalls.agent'),
      key: 'agent',
      render: (_, one) => (
        <>
          {one.agent_name} <span className="hj-faint">{one.agent_number}</span>
        </>
      ),
    },
    { title: t('overdueCalls.count'), dataIndex: 'count', align: 'right', width: 120 },
    {
      title: t('overdueCalls.since'),
      dataIndex: 'since',
      width: 200,
      render: (since: string) => <span className="hj-figures">{dayAndMinute(since)}</span>,
    },
  ];
  if (report.isPending) return <LoadingView rows={4} />;
  if (report.isError && !report.data)
    return <ErrorView error={report.error} retry={() => void report.refetch()} />;
  const opened = text('of');
  return (
    <div className="hj-panel" data-testid="overdue-calls">
      <Table<OfAgent>
        size="small"
        rowKey="agent_id"
        columns={columns}
        dataSource={agents}
        pagination={false}
        locale={{
          emptyText: <EmptyView what={t('overdueCalls.empty')} how={t('overdueCalls.emptyHow')} />,
        }}
        onRow={(one) => ({ ...({ 'data-testid': 'overdue-agent', 'data-id': one.agent_id } as object) })}
        expandable={{
          expandRowByClick: true,
          expandedRowKeys: opened ? [opened] : [],
          onExpand: (expanded, one) => change({ of: expanded ? one.agent_id : null }, { replace: true }),
          expandedRowRender: (one) => <OfOne agentId={one.agent_id} />,
        }}
      />
    </div>
  );
}

function OfOne({ agentId }: { agentId: string }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const changes = useLive((state) => state.nextCalls);
  const page = Math.max(1, Math.floor(Number(text('page'))) || 1);
  const list = useQuery({
    queryKey: ['next calls', 'overdue', changes, agentId, page],
    queryFn: () => api.get<Page<NextCall>>(`/next-calls/overdue/${agentId}`, { page, page_size: pageSize }),
    placeholderData: (previous, query) => (query?.queryKey[3] === agentId ? previous : undefined),
  });
  if (list.isPending) return <LoadingView rows={2} />;
  if (list.isError) return <ErrorView error={list.error} retry={() => void list.refetch()} />;
  const columns: TableColumnsType<NextCall> = [
    {
      title: t('overdueCalls.customer'),
      key: 'customer',
      render: (_, one) => (
        <Link to={`/customers?customer=${one.customer_id}`}>
          {one.customer_name || (one.phones[0]?.value ?? t('customer.noName'))}
        </Link>
      ),
    },
    {
      title: t('overdueCalls.due'),
      dataIndex: 'due_at',
      width: 160,
      render: (at: string) => <span className="hj-figures">{dayAndMinute(at)}</span>,
    },
    { title: t('nextCall.note'), dataIndex: 'note', ellipsis: true },
  ];
  return (
    <Table<NextCall>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={list.data.items}
      onRow={() => ({ ...({ 'data-testid': 'overdue-call' } as object) })}
      pagination={{
        current: list.data.page,
        pageSize,
        total: list.data.total,
        hideOnSinglePage: true,
        showSizeChanger: false,
        size: 'small',
        onChange: (next) => change({ page: next === 1 ? null : next }),
      }}
    />
  );
}
