import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { DatePicker, Segmented, Select, Table, type TableColumnsType } from 'antd';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '@/shared/api/client';
import type { QueueIntervalFigures, QueueIntervalReport, QueueIntervalRow } from '@/shared/api/types';
import { ExportButton } from '@/shared/components/ExportButton';
import { useAddressState } from '@/shared/components/address';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { duration, percentage, ratio } from '@/shared/format/format';
import { asZoned, dayAndMinute, forPicker, nowZoned, zoned } from '@/shared/format/time';
import { useLive } from '@/shared/live/hooks';
import type { Point } from './chart';
import { IntervalChart } from './IntervalChart';
import { ReportLinks } from './ReportLinks';
import { defaultRange, intervalEnd, steps, type Step } from './range';
import './reports.css';

type Figure = keyof QueueIntervalFigures;

export function QueueReport() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { text, list, change } = useAddressState();
  const queues = useLive((state) => state.view.queues);
  const range = useMemo(defaultRange, []);
  const from = text('from') || range.from;
  const to = text('to') || range.to;
  const step = steps.find((one) => one === text('step')) ?? '30m';
  const queueIds = list('queue_id');
  const query = { from, to, step, queue_id: queueIds };
  const report = useQuery({
    queryKey: ['reports', 'queue-intervals', query],
    queryFn: () => api.get<QueueIntervalReport>('/reports/queue-intervals', query),
    placeholderData: keepPreviousData,
  });
  const behind = useCallback(
    (startsAt: string, queueId: string | null) => {
      const parameters = new URLSearchParams({
        queued_from: startsAt,
        queued_to: intervalEnd(startsAt, step),
      });
      if (queueId) parameters.set('queue_id', queueId);
      void navigate(`/interactions?${parameters.toString()}`);
    },
    [navigate, step],
  );
  const queueKey = queueIds.join();
  const openPoint = useCallback(
    (startsAt: string) => {
      // The list takes one queue or all; a point of several has its rows below.
      if (!queueKey.includes(',')) behind(startsAt, queueKey || null);
    },
    [behind, queueKey],
  );
  const points = useMemo(() => pointsOf(report.data?.rows ?? [], step), [report.data, step]);
  const names = useMemo(
    () => ({
      answered: t('figure.answered'),
      abandoned: t('figure.abandoned'),
      level: t('figure.serviceLevel'),
    }),
    [t],
  );
  const number = (name: Figure, title: string, width = 80) => ({
    title,
    dataIndex: name,
    align: 'right' as const,
    width,
    sorter: (a: QueueIntervalRow, b: QueueIntervalRow) => (a[name] ?? 0) - (b[name] ?? 0),
  });
  const time = (name: Figure, title: string, width = 92) => ({
    ...number(name, title, width),
    render: (value: number | null) => duration(value),
  });
  const columns: TableColumnsType<QueueIntervalRow> = [
    {
      title: t('report.interval'),
      dataIndex: 'starts_at',
      width: 130,
      fixed: 'left',
      render: (value: string) => intervalLabel(value, step),
    },
    { title: t('column.queue'), dataIndex: 'queue_name', width: 130, className: 'hj-nowrap', fixed: 'left' },
    number('offered', t('figure.offered'), 96),
    number('answered', t('figure.answered')),
    number('abandoned', t('figure.abandoned')),
    number('short_abandoned', t('figure.shortAbandoned'), 112),
    {
      title: t('figure.serviceLevel'),
      dataIndex: 'service_level',
      width: 100,
      align: 'right',
      render: (value: number | null) => percentage(value),
    },
    time('asa_seconds', t('figure.asa'), 136),
    time('longest_wait_seconds', t('figure.longest'), 112),
    time('average_abandon_wait_seconds', t('figure.abandonWait'), 136),
    time('talk_seconds', t('figure.talk')),
    time('hold_seconds', t('figure.hold')),
    time('wrap_up_seconds', t('column.wrapUp'), 112),
    time('aht_seconds', t('figure.aht'), 136),
  ];
  return (
    <div className="hj-page" data-testid="report">
      <ReportLinks />
      <PageHead
        title={t('report.queueIntervals')}
        actions={<ExportButton path="/reports/queue-intervals" query={query} />}
      />
      <div className="hj-filters">
        <DatePicker.RangePicker
          showTime={{ format: 'HH:mm', minuteStep: 30 }}
          format="YYYY-MM-DD HH:mm"
          allowClear={false}
          value={[forPicker(from), forPicker(to)]}
          presets={
            [
              { label: t('preset.today'), value: () => days(0, 1) },
              { label: t('preset.yesterday'), value: () => days(-1, 0) },
              { label: t('preset.week'), value: () => days(-6, 1) },
              { label: t('preset.month'), value: () => days(-29, 1) },
            ] as never
          }
          onChange={(picked) => {
            if (picked?.[0] && picked[1])
              change({ from: asZoned(picked[0]).toISOString(), to: asZoned(picked[1]).toISOString() });
          }}
        />
        <Segmented
          aria-label={t('report.stepLabel')}
          value={step}
          options={steps.map((one) => ({ value: one, label: t(`report.step.${one}`) }))}
          onChange={(value) => change({ step: value })}
        />
        <Select
          mode="multiple"
          allowClear
          maxTagCount={3}
          aria-label={t('column.queue')}
          placeholder={t('report.allQueues')}
          style={{ minWidth: 240 }}
          value={queueIds}
          options={[...queues.values()].map((queue) => ({ value: queue.id, label: queue.name }))}
          onChange={(value: string[]) => change({ queue_id: value })}
        />
      </div>
      {report.isPending ? (
        <LoadingView rows={12} />
      ) : report.isError ? (
        <ErrorView error={report.error} retry={() => void report.refetch()} />
      ) : (
        <>
          <Totals totals={report.data.totals} />
          {points.length > 0 ? (
            <div className="hj-panel hj-report-chart">
              <IntervalChart points={points} names={names} open={openPoint} />
            </div>
          ) : null}
          <div className="hj-panel">
            <Table<QueueIntervalRow>
              size="small"
              rowKey={(row) => `${row.starts_at} ${row.queue_id}`}
              columns={columns}
              dataSource={report.data.rows}
              loading={{ spinning: report.isPlaceholderData, delay: 200 }}
              pagination={report.data.rows.length > 100 ? { pageSize: 100, showSizeChanger: false } : false}
              scroll={{ x: 'max-content' }}
              locale={{ emptyText: <EmptyView what={t('report.empty')} how={t('report.emptyHow')} /> }}
              onRow={(row) => ({
                className: 'hj-row-link',
                tabIndex: 0,
                onClick: () => behind(row.starts_at, row.queue_id),
                onKeyDown: (event) => {
                  if (event.key === 'Enter') behind(row.starts_at, row.queue_id);
                },
                ...({ 'data-testid': 'report-row', 'data-queue': row.queue_id } as object),
              })}
            />
          </div>
          <p className="hj-faint hj-report-formula">{t('report.formula')}</p>
        </>
      )}
    </div>
  );
}

function days(from: number, to: number) {
  const today = nowZoned().startOf('day');
  return [forPicker(today.add(from, 'day').toISOString()), forPicker(today.add(to, 'day').toISOString())];
}

function intervalLabel(startsAt: string, step: Step): string {
  return step === 'day' ? zoned(startsAt).format('YYYY-MM-DD') : dayAndMinute(startsAt);
}

/** All chosen queues together, interval by interval. */
function pointsOf(rows: QueueIntervalRow[], step: Step): Point[] {
  const byStart = new Map<string, QueueIntervalRow[]>();
  for (const row of rows) byStart.set(row.starts_at, [...(byStart.get(row.starts_at) ?? []), row]);
  const total = (some: QueueIntervalRow[], name: Figure) =>
    some.reduce((sum, row) => sum + (row[name] ?? 0), 0);
  return [...byStart.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([startsAt, some]) => ({
      startsAt,
      label: intervalLabel(startsAt, step),
      answered: total(some, 'answered'),
      abandoned: total(some, 'abandoned'),
      level: ratio(total(some, 'service_level_numerator'), total(some, 'service_level_denominator')),
    }));
}

function Totals({ totals }: { totals: QueueIntervalFigures }) {
  const { t } = useTranslation();
  const figures: [string, string | number][] = [
    [t('figure.offered'), totals.offered],
    [t('figure.answered'), totals.answered],
    [t('figure.abandoned'), totals.abandoned],
    [t('figure.answerRate'), percentage(ratio(totals.answered, totals.offered))],
    [t('figure.serviceLevel'), percentage(totals.service_level)],
    [t('figure.asa'), duration(totals.asa_seconds)],
    [t('figure.longest'), duration(totals.longest_wait_seconds)],
    [t('figure.aht'), duration(totals.aht_seconds)],
  ];
  return (
    <dl className="hj-panel hj-report-totals" data-testid="report-totals">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="hj-figures">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
