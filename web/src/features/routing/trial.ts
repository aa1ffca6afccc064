import type { Trial, TrialChange } from '@/shared/api/types';
import { chartStyle } from '@/shared/components/chart';
import { duration, percentage } from '@/shared/format/format';

export type TrialFigure =
  'service_level' | 'abandoned_share' | 'mean_wait_seconds' | 'p95_wait_seconds' | 'answered';

interface Shape {
  form: 'share' | 'seconds' | 'count';
  /** Whether more of it is better. */
  rising: boolean;
}

export const trialFigures: Record<TrialFigure, Shape> = {
  service_level: { form: 'share', rising: true },
  abandoned_share: { form: 'share', rising: false },
  mean_wait_seconds: { form: 'seconds', rising: false },
  p95_wait_seconds: { form: 'seconds', rising: false },
  answered: { form: 'count', rising: true },
};

export function shown(form: Shape['form'], value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (form === 'share') return percentage(value);
  return form === 'seconds' ? duration(value) : String(Math.round(value));
}

/** A difference with its sign, which none has that rounds to nothing; shares in percentage points. */
export function signed(form: Shape['form'], value: number | null): string {
  if (value === null) return '–';
  const scaled = form === 'share' ? value * 100 : value;
  const text = Math.abs(scaled).toFixed(form === 'count' ? 0 : 1);
  const sign = Number(text) === 0 ? '' : scaled > 0 ? '+' : '−';
  return sign + text;
}

/** How far the difference may be off, as ± text; nothing where both round to nothing. */
export function uncertainty(form: Shape['form'], { mean, half }: TrialChange['difference']): string {
  if (half === null) return '';
  const text = signed(form, half).replace('+', '');
  return Number(text) === 0 && Number(signed(form, mean)) === 0 ? '' : ` ± ${text}`;
}

export type Verdict = 'better' | 'worse' | 'same';

/** What the difference says: nothing, unless its whole interval is on one side of zero. */
export function verdict({ difference }: TrialChange, rising: boolean): Verdict {
  const { mean, half } = difference;
  if (mean === null || half === null || Math.abs(mean) <= half || mean === 0) return 'same';
  return mean > 0 === rising ? 'better' : 'worse';
}

/** Whether nobody works on the answer any more. */
export const isOver = (trial: Trial | undefined) =>
  trial !== undefined && trial.state !== 'queued' && trial.state !== 'running';

/** Seconds from midnight as a time of the day. */
export const timeAt = (seconds: number) =>
  [seconds / 3600, (seconds / 60) % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');

/** The stretches in which anybody called, with quiet hours at both ends cut off. */
export function busyPart(offered: number[]): [number, number] {
  const first = offered.findIndex((count) => count > 0);
  if (first < 0) return [0, 0];
  let last = offered.length;
  while (last > first && !((offered[last - 1] ?? 0) > 0)) last -= 1;
  return [first, last];
}

export function courseOption(
  points: { label: string; before: number | null; after: number | null }[],
  names: { before: string; after: string },
  form: 'share' | 'seconds',
) {
  const { base, colour, line, axisLabel, share } = chartStyle();
  const value = { valueFormatter: (one: unknown) => shown(form, typeof one === 'number' ? one : null) };
  const series = (name: string, data: (number | null)[]) => ({
    name,
    type: 'line',
    symbolSize: 5,
    connectNulls: false,
    data,
    tooltip: value,
  });
  return {
    ...base,
    color: [colour('--hj-text-3'), colour('--hj-accent')],
    grid: { left: 52, right: 12, top: 30, bottom: 24 },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: points.map((point) => point.label),
      axisLine: line,
      axisTick: { show: false },
      axisLabel,
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...(form === 'share'
        ? { max: 1, axisLabel: share }
        : { axisLabel: { ...axisLabel, formatter: duration } }),
      splitLine: line,
    },
    series: [
      series(
        names.before,
        points.map((point) => point.before),
      ),
      series(
        names.after,
        points.map((point) => point.after),
      ),
    ],
  };
}
