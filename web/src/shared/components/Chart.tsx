import type { EChartsType } from 'echarts/core';
import { init } from 'echarts/core';
import { useEffect, useRef } from 'react';

/** A chart that follows its box's size and the theme. `option` is made anew for each theme. */
export function Chart({
  option,
  label,
  className,
  testId,
  ready,
}: {
  option: () => Record<string, unknown>;
  label: string;
  className: string;
  testId: string;
  ready?: (chart: EChartsType) => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current) return;
    const chart = init(element.current, undefined, { renderer: 'canvas' });
    const draw = () => chart.setOption(option(), true);
    draw();
    ready?.(chart);
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(element.current);
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      chart.dispose();
    };
  }, [option, ready]);
  return <div ref={element} className={className} role="img" aria-label={label} data-testid={testId} />;
}
