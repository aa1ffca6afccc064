import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { InteractionDetail, Segment } from '@/shared/api/types';
import { useCodeLabel } from '@/shared/components/labels';
import { duration } from '@/shared/format/format';
import { timeOfDay } from '@/shared/format/time';
import { useNow } from '@/shared/live/hooks';

/** The stretches of an interaction to scale: flow, queue, agents, after. */
export function SegmentsBar({ one }: { one: InteractionDetail }) {
  const { t } = useTranslation();
  const label = useCodeLabel();
  // The part in which the contact ends has the contact's reason.
  const ended = (outcome: string) => {
    const named = label('outcome', outcome);
    return named === outcome ? label('endReason', outcome) : named;
  };
  const now = useNow();
  if (one.segments.length === 0) return <span className="hj-faint">{t('interactions.noSegments')}</span>;
  const ends = one.segments.map((segment) => {
    const end = segment.ended_at ?? one.ended_at;
    return end ? Date.parse(end) : now;
  });
  const start = Math.min(...one.segments.map((segment) => Date.parse(segment.started_at)));
  const whole = Math.max(1000, Math.max(...ends) - start);
  const name = (segment: Segment) =>
    segment.kind === 'queue' || segment.kind === 'voicemail'
      ? (segment.queue_name ?? t('segment.queue'))
      : ['agent', 'consult', 'colleague'].includes(segment.kind)
        ? (segment.agent_name ?? t('segment.agent'))
        : '';
  return (
    <ol className="hj-segments" data-testid="segments">
      {one.segments.map((segment, index) => {
        const begin = Date.parse(segment.started_at);
        const seconds = ((ends[index] ?? begin) - begin) / 1000;
        return (
          <li key={segment.id}>
            <span className="hj-segment-name">
              <span className="hj-faint">{t(`segment.${segment.kind}`)}</span> {name(segment)}
            </span>
            <Tooltip title={`${timeOfDay(segment.started_at)} – ${timeOfDay(segment.ended_at)}`}>
              <span className="hj-segment-track">
                <span
                  className="hj-segment-bar"
                  data-kind={segment.kind}
                  style={{
                    insetInlineStart: `${((begin - start) / whole) * 100}%`,
                    width: `max(3px, ${((seconds * 1000) / whole) * 100}%)`,
                  }}
                />
              </span>
            </Tooltip>
            <span className="hj-figures">{duration(seconds)}</span>
            <span className="hj-faint hj-nowrap">{segment.outcome ? ended(segment.outcome) : ''}</span>
          </li>
        );
      })}
    </ol>
  );
}
