import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { DatePicker, Select, Table, Tag, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { address, api, type Query } from '@/shared/api/client';
import type { DispositionReport, DispositionRow, OpenSummaries } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { ExportButton } from '@/shared/components/ExportButton';
import { useAddressState } from '@/shared/components/address';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { percentage, ratio } from '@/shared/format/format';
import { asZoned, dateTime, forPicker } from '@/shared/format/time';
import { defaultRange } from './range';
import { ReportLinks } from './ReportLinks';
import './reports.css';

const filters = ['queue_id', 'business_id'] as const;

/** Contacts by result at every level, and who has still to write. */
export function SummaryReport() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { text, change } = useAddressState();
  const queues = useOptions('/queues');
  const businesses = useOptions('/businesses');
  const range = useMemo(defaultRange, []);
  const query: Query = {
    from: text('from') || range.from,
    to: text('to') || range.to,
    ...Object.fromEntries(filters.map((name) => [name, text(name)])),
  };
  const report = useQuery({
    queryKey: ['reports', 'dispositions', query],
    queryFn: () => api.get<DispositionReport>('/reports/dispositions', query),
    placeholderData: keepPreviousData,
  });
  // The list of contacts takes the same filter as the report.
  const contacts = (wanted: Query) =>
    `/interactions?${address('', { ...query, ...wanted }).split('?')[1] ?? ''}`;
  const most = Math.max(1, ...(report.data?.rows.map((row) => row.total) ?? []));
  const columns: TableColumnsType<DispositionRow> = [
    {
      title: t('column.disposition'),
      dataIndex: 'name',
      render: (name: string, row) => (
        <span style={{ paddingInlineStart: row.depth * 20 }}>
          {row.depth === 0 ? <strong>{name}</strong> : name}{' '}
          {row.retired ? <Tag>{t('disposition.retired')}</Tag> : null}
        </span>
      ),
    },
    {
      title: '',
      key: 'bar',
      width: 140,
      render: (_, row) => (
        <span className="hj-report-bar" style={{ width: `${(row.total / most) * 100}%` }} aria-hidden />
      ),
    },
    { title: t('summaryReport.total'), dataIndex: 'total', align: 'right', width: 90 },
    {
      title: t('summaryReport.share'),
      key: 'share',
      align: 'right',
      width: 90,
      render: (_, row) => percentage(ratio(row.total, report.data?.contacts ?? 0)),
    },
    { title: t('direction.inbound'), dataIndex: 'inbound', align: 'right', width: 90 },
    { title: t('direction.outbound'), dataIndex: 'outbound', align: 'right', width: 90 },
  ];
  return (
    <div className="hj-page" data-testid="summary-report">
      <ReportLinks />
      <PageHead
        title={t('summaryReport.title')}
        actions={<ExportButton path="/reports/dispositions" query={query} />}
      />
      <div className="hj-filters">
        <DatePicker.RangePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          allowClear={false}
          value={[forPicker(String(query.from)), forPicker(String(query.to))]}
          onChange={(picked) => {
            if (picked?.[0] && picked[1])
              change({ from: asZoned(picked[0]).toISOString(), to: asZoned(picked[1]).toISOString() });
          }}
        />
        {filters.map((name) => {
          const of = name === 'queue_id' ? queues : businesses;
          const title = t(name === 'queue_id' ? 'column.queue' : 'column.business');
          return (
            <Select
              key={name}
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              aria-label={title}
              placeholder={title}
              value={text(name) || undefined}
              style={{ width: 180 }}
              options={of.options}
              onChange={(value: string | undefined) => change({ [name]: value })}
            />
          );
        })}
      </div>
      <div className="hj-report-pair">
        {report.isPending ? (
          <LoadingView rows={10} />
        ) : report.isError ? (
          <ErrorView error={report.error} retry={() => void report.refetch()} />
        ) : (
          <div>
            <dl className="hj-panel hj-report-totals" data-testid="summary-totals">
              <div>
                <dt>{t('summaryReport.contacts')}</dt>
                <dd className="hj-figures">{report.data.contacts}</dd>
              </div>
              <div>
                <dt>{t('summaries.without')}</dt>
                <dd className="hj-figures">
                  <Link to={contacts({ summary: 'none' })}>{report.data.without}</Link>
                </dd>
              </div>
            </dl>
            <div className="hj-panel">
              <Table<DispositionRow>
                size="small"
                rowKey="disposition_id"
                columns={columns}
                dataSource={report.data.rows}
                loading={{ spinning: report.isPlaceholderData, delay: 200 }}
                pagination={report.data.rows.length > 200 ? { pageSize: 200, showSizeChanger: false } : false}
                locale={{
                  emptyText: <EmptyView what={t('disposition.empty')} how={t('disposition.emptyHow')} />,
                }}
                onRow={(row) => ({
                  className: 'hj-row-link',
                  tabIndex: 0,
                  onClick: () => void navigate(contacts({ disposition_id: row.disposition_id })),
                  onKeyDown: (event) => {
                    if (event.key === 'Enter')
                      void navigate(contacts({ disposition_id: row.disposition_id }));
                  },
                  ...({ 'data-testid': 'summary-row', 'data-id': row.disposition_id } as object),
                })}
              />
            </div>
          </div>
        )}
        <OpenByAgent />
      </div>
    </div>
  );
}

/** Who has still to write of how many contacts, now. */
function OpenByAgent() {
  const { t } = useTranslation();
  const open = useQuery({
    queryKey: ['reports', 'open-summaries'],
    queryFn: () => api.get<OpenSummaries[]>('/reports/open-summaries'),
  });
  if (open.isPending) return <LoadingView rows={5} />;
  if (open.isError) return <ErrorView error={open.error} retry={() => void open.refetch()} />;
  return (
    <div className="hj-panel">
      <div className="hj-panel-head">{t('summaries.title')}</div>
      <Table<OpenSummaries>
        size="small"
        rowKey="agent_id"
        dataSource={open.data}
        pagination={false}
        columns={[
          {
            title: t('column.agent'),
            key: 'agent',
            render: (_, one) => (
              <Link to={`/interactions?summary_agent_id=${one.agent_id}`}>
                {t('command.agent', { name: one.agent_name, number: one.agent_number })}
              </Link>
            ),
          },
          { title: t('summaryReport.count'), dataIndex: 'count', align: 'right' },
          {
            title: t('summaryReport.since'),
            dataIndex: 'since',
            align: 'right',
            className: 'hj-nowrap',
            render: (value: string) => dateTime(value),
          },
        ]}
        locale={{ emptyText: <EmptyView what={t('summaries.none')} /> }}
        onRow={(one) => ({ 'data-testid': 'open-by-agent', 'data-agent': one.agent_id }) as object}
      />
    </div>
  );
}
