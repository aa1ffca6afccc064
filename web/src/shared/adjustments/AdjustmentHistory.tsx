import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Drawer, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Adjustment, Page } from '@/shared/api/types';
import { useFocusReturns } from '@/shared/components/focus';
import { EmptyView, ErrorView } from '@/shared/components/Views';
import { dayAndMinute } from '@/shared/format/time';
import { levelText, untilWhen, whatText } from './adjustments';

const pageSize = 50;

interface Props {
  /** The one whose history it is; else everybody's. */
  agent?: { id: string; name: string };
  onClose: () => void;
}

/** What was given for a while, to one agent or to all: by whom, until when, and how it ended. */
export function AdjustmentHistory({ agent, onClose }: Props) {
  const { t } = useTranslation();
  useFocusReturns();
  const [page, setPage] = useState(1);
  const query = { agent_id: agent?.id, page, page_size: pageSize };
  const list = useQuery({
    queryKey: ['/adjustments', query],
    queryFn: () => api.get<Page<Adjustment>>('/adjustments', query),
    placeholderData: keepPreviousData,
    refetchOnMount: 'always',
  });
  return (
    <Drawer
      open
      size={960}
      title={agent ? t('temporary.historyOf', { name: agent.name }) : t('temporary.history')}
      onClose={onClose}
      destroyOnHidden
    >
      {list.isError ? (
        <ErrorView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Table<Adjustment>
          size="small"
          rowKey="id"
          loading={list.isPending}
          dataSource={list.data?.items ?? []}
          locale={{
            emptyText: (
              <EmptyView
                what={agent ? t('temporary.noneOf', { name: agent.name }) : t('temporary.none')}
                how={t('temporary.noneHow')}
              />
            ),
          }}
          scroll={{ x: 'max-content' }}
          pagination={
            (list.data?.total ?? 0) > pageSize
              ? {
                  current: page,
                  pageSize,
                  total: list.data?.total,
                  showSizeChanger: false,
                  onChange: setPage,
                }
              : false
          }
          columns={[
            { title: t('temporary.from'), dataIndex: 'given_at', render: dayAndMinute },
            {
              title: t('role.agent'),
              key: 'agent',
              render: (_, one) => `${one.agent_number} ${one.agent_name}`,
            },
            {
              title: t('adjusted.change'),
              key: 'change',
              render: (_, one) => (
                <>
                  {whatText(one.kind, one.subject, one.name, t)}{' '}
                  <span className="hj-nowrap">
                    {levelText(one.kind, one.before, t)} →{' '}
                    <strong>{levelText(one.kind, one.level, t)}</strong>
                  </span>
                </>
              ),
            },
            {
              title: t('temporary.by'),
              dataIndex: 'given_by_name',
              render: (name: string | null) => name ?? '–',
            },
            {
              title: t('adjusted.reason'),
              dataIndex: 'reason',
              render: (reason: string) => reason || '–',
            },
            {
              title: t('temporary.until'),
              key: 'until',
              render: (_, one) => (one.for_good ? t('temporary.forGood') : untilWhen(one, t)),
            },
            {
              title: t('temporary.ended'),
              key: 'ended',
              render: (_, one) =>
                one.ended_at && one.ended_why ? (
                  `${dayAndMinute(one.ended_at)} ${t(`temporary.why.${one.ended_why}`)}${one.ended_by_name ? ` · ${one.ended_by_name}` : ''}`
                ) : (
                  <strong>{t('temporary.running')}</strong>
                ),
            },
          ]}
          data-testid="adjustment-history"
        />
      )}
    </Drawer>
  );
}
