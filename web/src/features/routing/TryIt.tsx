import { ExperimentOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Drawer, Form, InputNumber, Progress, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { Trial } from '@/shared/api/types';
import { useErrorText } from '@/shared/components/errors';
import { ErrorView } from '@/shared/components/Views';
import { forPicker, nowZoned } from '@/shared/format/time';
import { isOver } from './trial';
import { TrialResult } from './TrialResult';
import './trial.css';

const longestDays = 7;
const day = 'YYYY-MM-DD';
type Days = [Dayjs, Dayjs];

/** The unsaved change on days that were: a button, and a panel beside the page, which stays as it is. */
export function TryIt({ draft, dirty, queueId }: { draft: object; dirty: boolean; queueId?: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<ExperimentOutlined />} onClick={() => setOpen(true)} data-testid="try-it">
        {t('trial.open')}
      </Button>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        size={720}
        mask={false}
        title={t('trial.title')}
        destroyOnHidden
        data-testid="trial"
      >
        <Panel draft={draft} dirty={dirty} queueId={queueId} />
      </Drawer>
    </>
  );
}

function Panel({ draft, dirty, queueId }: { draft: object; dirty: boolean; queueId?: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const today = forPicker(nowZoned().toISOString());
  const [days, setDays] = useState<Days>([today.subtract(longestDays - 1, 'day'), today]);
  const [load, setLoad] = useState(100);
  const [more, setMore] = useState(0);
  const [begun, setBegun] = useState<{ id: string; of: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const trial = useQuery({
    queryKey: ['/routing/trials', begun?.id],
    queryFn: () => api.get<Trial>(`/routing/trials/${begun?.id ?? ''}`),
    enabled: begun !== null,
    gcTime: 0,
    refetchInterval: ({ state }) => (isOver(state.data) || state.status === 'error' ? false : 700),
  });
  const asked = {
    from: days[0].format(day),
    to: days[1].format(day),
    queue_id: queueId ?? null,
    load_percent: load,
    more_agents: more,
    ...draft,
  };
  const of = JSON.stringify(asked);
  const run = async () => {
    setBusy(true);
    setRefused(null);
    try {
      const answer = await api.post<Trial>('/routing/trials', asked);
      setBegun({ id: answer.id, of });
    } catch (error) {
      const field = error instanceof ApiError ? error.field : null;
      setRefused(
        field && /^(queues|policy)/.test(field)
          ? t('trial.refused', { why: errorText(error) })
          : errorText(error),
      );
    } finally {
      setBusy(false);
    }
  };
  const cancel = async () => {
    if (begun) await api.delete(`/routing/trials/${begun.id}`);
    await trial.refetch();
  };
  const running = begun !== null && trial.data !== undefined && !isOver(trial.data);
  const waiting = busy || running || (begun !== null && trial.isPending);
  const { data } = trial;
  return (
    <div className="hj-stack">
      <p className="hj-quiet hj-trial-lead">{t('trial.lead')}</p>
      <Form layout="vertical" component={false}>
        <div className="hj-trial-form">
          <Form.Item label={t('trial.days')} extra={t('trial.daysHint', { count: longestDays })}>
            <DatePicker.RangePicker
              value={days}
              allowClear={false}
              format={day}
              disabledDate={(date, { from }) =>
                date.isAfter(today, 'day') ||
                (from !== undefined && Math.abs(date.diff(from, 'day')) >= longestDays)
              }
              onChange={(range) => {
                if (range?.[0] && range[1]) setDays([range[0], range[1]]);
              }}
              data-testid="trial-days"
            />
          </Form.Item>
          <Form.Item label={t('trial.load')} extra={t('trial.loadHint')}>
            <InputNumber
              aria-label={t('trial.load')}
              min={10}
              max={300}
              precision={0}
              suffix="%"
              value={load}
              onChange={(value) => setLoad(value ?? 100)}
              data-testid="trial-load"
            />
          </Form.Item>
          <Form.Item label={t('trial.agents')} extra={t(queueId ? 'trial.agentsHint' : 'trial.agentsOfAll')}>
            <InputNumber
              aria-label={t('trial.agents')}
              min={-200}
              max={200}
              precision={0}
              value={more}
              formatter={(value) => (Number(value) > 0 ? `+${String(value)}` : String(value ?? ''))}
              onChange={(value) => setMore(value ?? 0)}
              data-testid="trial-agents"
            />
          </Form.Item>
        </div>
      </Form>
      <div className="hj-trial-run">
        <Button type="primary" loading={waiting} onClick={() => void run()} data-testid="trial-run">
          {t('trial.run')}
        </Button>
        {running ? (
          <>
            <Button onClick={() => void cancel()} data-testid="trial-cancel">
              {t('common.cancel')}
            </Button>
            <Progress
              percent={data?.total ? Math.round((data.done / data.total) * 100) : 0}
              size="small"
              aria-label={t('trial.progress')}
            />
          </>
        ) : !dirty && load === 100 && more === 0 ? (
          <span className="hj-quiet">{t('trial.unchanged')}</span>
        ) : begun && begun.of !== of ? (
          <Tag color="orange">{t('trial.changedSince')}</Tag>
        ) : null}
      </div>
      {refused ? <Alert type="error" showIcon title={refused} data-testid="trial-refused" /> : null}
      {trial.isError ? <ErrorView error={trial.error} retry={() => void trial.refetch()} /> : null}
      {data?.state === 'failed' ? (
        <Alert type="warning" showIcon title={data.problem} data-testid="trial-failed" />
      ) : null}
      {data?.state === 'cancelled' ? <Alert type="info" showIcon title={t('trial.cancelled')} /> : null}
      {data?.result ? <TrialResult result={data.result} queueId={queueId} /> : null}
    </div>
  );
}
