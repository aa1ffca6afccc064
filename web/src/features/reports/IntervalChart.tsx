import type { EChartsType } from 'echarts/core';
import { useCallback } from 'react';
import { Chart } from '@/shared/components/Chart';
import { chartOption, type Names, type Point } from './chart';

/** The intervals as a picture; a click leads to the interactions behind the point. */
export function IntervalChart({
  points,
  names,
  open,
}: {
  points: Point[];
  names: Names;
  open: (startsAt: string) => void;
}) {
  const option = useCallback(() => chartOption(points, names), [points, names]);
  const ready = useCallback(
    (chart: EChartsType) => {
      chart.getZr().on('click', (event) => {
        const at = chart.convertFromPixel({ seriesIndex: 0 }, [event.offsetX, event.offsetY]);
        const point = points[Math.round(at[0] ?? -1)];
        if (point) open(point.startsAt);
      });
    },
    [points, open],
  );
  return (
    <Chart option={option} ready={ready} label={names.answered} className="hj-chart" testId="report-chart" />
  );
}
