import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { percentage } from '@/shared/format/format';

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

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

export function createChart(element: HTMLElement): EChartsType {
  return init(element, undefined, { renderer: 'canvas' });
}

/** Answered and abandoned stacked from zero; the service level as one line on its own scale. */
export function chartOption(points: Point[], names: Names) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const text = colour('--hj-text-2');
  const line = { lineStyle: { color: colour('--hj-line') } };
  return {
    animation: false,
    color: [colour('--hj-accent'), colour('--hj-amber'), colour('--hj-engaged')],
    textStyle: { color: text, fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 44, right: 52, top: 34, bottom: 26 },
    legend: { top: 0, right: 0, textStyle: { color: text }, itemHeight: 8, itemWidth: 14 },
    tooltip: {
      trigger: 'axis',
      backgroundColor: colour('--hj-surface'),
      borderColor: colour('--hj-line'),
      textStyle: { color: colour('--hj-text') },
    },
    xAxis: {
      type: 'category',
      data: points.map((point) => point.label),
      axisLine: line,
      axisTick: { show: false },
      axisLabel: { color: text },
    },
    yAxis: [
      { type: 'value', min: 0, minInterval: 1, splitLine: line, axisLabel: { color: text } },
      {
        type: 'value',
        min: 0,
        max: 1,
        splitLine: { show: false },
        axisLabel: { color: text, formatter: (value: number) => `${String(Math.round(value * 100))}%` },
      },
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
