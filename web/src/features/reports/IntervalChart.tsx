import { useEffect, useRef } from 'react';
import { chartOption, createChart, type Names, type Point } from './chart';

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
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current) return;
    const chart = createChart(element.current);
    const draw = () => chart.setOption(chartOption(points, names), true);
    draw();
    chart.getZr().on('click', (event) => {
      const at = chart.convertFromPixel({ seriesIndex: 0 }, [event.offsetX, event.offsetY]);
      const point = points[Math.round(at[0] ?? -1)];
      if (point) open(point.startsAt);
    });
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(element.current);
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      chart.dispose();
    };
  }, [points, names, open]);
  return (
    <div
      ref={element}
      className="hj-chart"
      role="img"
      aria-label={names.answered}
      data-testid="report-chart"
    />
  );
}
