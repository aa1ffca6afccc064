import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** What all charts look alike in, in the theme's colours. */
export function chartStyle() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const text = colour('--hj-text-2');
  const line = { lineStyle: { color: colour('--hj-line') } };
  return {
    colour,
    line,
    axisLabel: { color: text },
    share: { color: text, formatter: (value: number) => `${String(Math.round(value * 100))}%` },
    base: {
      animation: false,
      textStyle: { color: text, fontFamily: getComputedStyle(document.body).fontFamily },
      legend: { top: 0, right: 0, textStyle: { color: text }, itemHeight: 8, itemWidth: 14 },
      tooltip: {
        trigger: 'axis',
        backgroundColor: colour('--hj-surface'),
        borderColor: colour('--hj-line'),
        textStyle: { color: colour('--hj-text') },
      },
    },
  };
}
