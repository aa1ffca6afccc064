import { chartStyle } from '@/shared/components/chart';
import { percentage } from '@/shared/format/format';

export interface Point {
  startsAt: string;
  label: string;
  answered: number;
  abandoned: number;
  level: number | null;
}

export interface Names {
  answered: string;
  abandoned: string;
  level: string;
}

/** Answered and abandoned stacked from zero; the service level as one line on its own scale. */
export function chartOption(points: Point[], names: Names) {
  const { base, colour, line, axisLabel, share } = chartStyle();
  return {
    ...base,
    color: [colour('--hj-accent'), colour('--hj-amber'), colour('--hj-engaged')],
    grid: { left: 44, right: 52, top: 34, bottom: 26 },
    xAxis: {
      type: 'category',
      data: points.map((point) => point.label),
      axisLine: line,
      axisTick: { show: false },
      axisLabel,
    },
    yAxis: [
      { type: 'value', min: 0, minInterval: 1, splitLine: line, axisLabel },
      { type: 'value', min: 0, max: 1, splitLine: { show: false }, axisLabel: share },
    ],
    series: [
      {
        name: names.answered,
        type: 'bar',
        stack: 'offered',
        barMaxWidth: 26,
        data: points.map((one) => one.answered),
      },
      {
        name: names.abandoned,
        type: 'bar',
        stack: 'offered',
        barMaxWidth: 26,
        data: points.map((one) => one.abandoned),
      },
      {
        name: names.level,
        type: 'line',
        yAxisIndex: 1,
        connectNulls: false,
        symbolSize: 5,
        data: points.map((one) => one.level),
        tooltip: { valueFormatter: (value: unknown) => percentage(typeof value === 'number' ? value : null) },
      },
    ],
  };
}
