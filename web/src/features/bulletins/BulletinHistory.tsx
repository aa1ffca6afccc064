import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Collapse, Modal, Select, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Bulletin, BulletinDetail, BulletinReader, Page } from '@/shared/api/types';
import { useFocusReturns } from '@/shared/components/focus';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { dateTime } from '@/shared/format/time';

/** What it said before each change, and whose words those were. */
export function EarlierTexts({ bulletin }: { bulletin: Bulletin }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ['/bulletins', bulletin.id],
    queryFn: () => api.get<BulletinDetail>(`/bulletins/${bulletin.id}`),
    enabled: bulletin.revision > 1,
  });
  if (bulletin.revision === 1) return null;
  return (
    <Collapse
      size="small"
      items={[
        {
          key: 'earlier',
          label: t('bulletin.earlierTexts', { count: bulletin.revision - 1 }),
          children: found.data?.earlier.map((one) => (
            <article key={one.revision} className="hj-bulletin-card">
              <h3>{one.title}</h3>
              <div className="hj-faint hj-bulletin-source">
                {one.written_by_name} · {dateTime(one.written_at)}
              </div>
              <p className="hj-bulletin-text">{one.text}</p>
            </article>
          )),
        },
      ]}
    />
  );
}

/** Who has read it, and first who has not. */
export function Readers({ bulletin, onClose }: { bulletin: Bulletin; onClose: () => void }) {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const [revision, setRevision] = useState(bulletin.revision);
  useFocusReturns();
  const size = 50;
  const found = useQuery({
    queryKey: ['/bulletins', bulletin.id, 'readers', revision, page],
    queryFn: () =>
      api.get<Page<BulletinReader>>(`/bulletins/${bulletin.id}/readers`, { revision, page, page_size: size }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return (
    <Modal open title={bulletin.title} footer={null} onCancel={onClose} width={640} data-testid="readers">
      {bulletin.revision > 1 ? (
        <Select
          className="hj-bulletin-revision"
          size="small"
          value={revision}
          onChange={(wanted) => {
            setRevision(wanted);
            setPage(1);
          }}
          aria-label={t('bulletin.text')}
          options={Array.from({ length: bulletin.revision }, (_, at) => bulletin.revision - at).map(
            (value) => ({ value, label: t('bulletin.revision', { number: value }) }),
          )}
        />
      ) : null}
      {found.isPending ? (
        <LoadingView rows={5} />
      ) : found.isError ? (
        <ErrorView error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Table<BulletinReader>
          size="small"
          rowKey="account_id"
          dataSource={found.data.items}
          scroll={{ y: 360 }}
          locale={{ emptyText: <EmptyView what={t('bulletin.nobody')} /> }}
          pagination={
            found.data.total > size
              ? {
                  current: page,
                  pageSize: size,
                  total: found.data.total,
                  showSizeChanger: false,
                  onChange: setPage,
                }
              : false
          }
          columns={[
            { title: t('person.name'), dataIndex: 'name' },
            {
              title: t('live.number'),
              dataIndex: 'number',
              render: (number: string | null) => number ?? '–',
            },
            {
              title: t('bulletin.readAt'),
              dataIndex: 'read_at',
              className: 'hj-nowrap',
              render: (at: string | null) => (at ? dateTime(at) : <Tag>{t('bulletin.notRead')}</Tag>),
            },
          ]}
        />
      )}
    </Modal>
  );
}
