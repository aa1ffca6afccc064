import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ring } from '@/shared/api/types';
import { duration } from '@/shared/format/format';
import { isSet, openings, timeLimits, timeScale, withTime, type Reach } from './rings';
import { TimeMarks } from './TimeMarks';

interface Props {
  rings: Ring[];
  /** In words, whom each ring names, the queue's own first. */
  names: string[];
  reach: Reach[] | null;
  agents: number;
  selected: number;
  select: (ring: number) => void;
  change: (rings: Ring[]) => void;
  disabled: boolean;
  hasError: (ring: number) => boolean;
  /** The last second of what is drawn below on the same scale. */
  latest?: number;
  below?: (scale: { end: number; marks: number[] }) => ReactNode;
}

const snap = 5;

/** A queue's rings from the caller's arrival on: whom each adds, when it opens, and how many agents that reaches. */
export function RingTimeline(props: Props) {
  const { t } = useTranslation();
  const { rings, select, selected } = props;
  const opening = openings(rings);
  // The scale stands still while a ring is dragged, or it would run away from the pointer.
  const [held, setHeld] = useState<number | null>(null);
  const { end, marks } = timeScale(Math.max(held ?? opening.at(-1)?.at ?? 0, props.latest ?? 0));
  const move = (event: KeyboardEvent<HTMLOListElement>) => {
    const names = [...event.currentTarget.querySelectorAll<HTMLElement>('.hj-ring-name')];
    const focused = names.indexOf(event.target as HTMLElement);
    const from = focused < 0 ? selected : focused;
    const to = from + (event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0);
    if (to === from || !names[to]) return;
    event.preventDefault();
    select(to);
    names[to].focus();
  };
  return (
    <div className="hj-rings" data-testid="rings">
      <div className="hj-ring-row hj-ring-axis" aria-hidden="true">
        <span />
        <div className="hj-ring-track">
          <TimeMarks marks={marks} end={end} />
        </div>
        <span className="hj-ring-reach-head">{t('ring.reach', { count: props.agents })}</span>
      </div>
      <ol onKeyDown={move} aria-label={t('ring.title')}>
        {opening.map(({ at, kind }, number) => {
          const ring = number > 0 ? rings[number - 1] : undefined;
          const reach = props.reach?.[number];
          return (
            <li
              key={number}
              className="hj-ring-row"
              data-selected={number === selected}
              data-error={props.hasError(number)}
              data-testid="ring"
              onClick={() => select(number)}
            >
              <button
                type="button"
                className="hj-ring-name"
                tabIndex={number === selected ? 0 : -1}
                aria-current={number === selected}
              >
                {t('ring.number', { number: number + 1 })}
              </button>
              <div className="hj-ring-track">
                {marks.map((mark) => (
                  <i key={mark} style={{ insetInlineStart: `${(mark / end) * 100}%` }} />
                ))}
                <div
                  className="hj-ring-bar"
                  data-kind={kind}
                  style={{ insetInlineStart: `${(at / end) * 100}%` }}
                  title={props.names[number]}
                >
                  {ring && isSet(ring.after_seconds) && !props.disabled ? (
                    <Handle
                      rings={rings}
                      index={number - 1}
                      end={end}
                      label={t('ring.opensAt', { number: number + 1 })}
                      hold={(holding) => setHeld(holding ? (opening.at(-1)?.at ?? 0) : null)}
                      change={props.change}
                    />
                  ) : null}
                  <span className="hj-ellipsis">{props.names[number]}</span>
                  {ring ? <Badges ring={ring} /> : null}
                </div>
              </div>
              <div className="hj-ring-reach">
                <div className="hj-ring-reach-bar">
                  {reach && props.agents > 0 ? (
                    <>
                      <span style={{ width: `${((reach.total - reach.added) / props.agents) * 100}%` }} />
                      <span data-added style={{ width: `${(reach.added / props.agents) * 100}%` }} />
                    </>
                  ) : null}
                </div>
                <span className="hj-figures" data-testid="ring-reach">
                  {!reach
                    ? '…'
                    : number === 0
                      ? reach.total
                      : t('ring.adds', { added: reach.added, total: reach.total })}
                </span>
              </div>
            </li>
          );
        })}
      </ol>
      {props.below?.({ end, marks })}
    </div>
  );
}

/** Conditions other than the time. */
function Badges({ ring }: { ring: Ring }) {
  const { t } = useTranslation();
  return (
    <>
      {isSet(ring.expected_wait_over) ? (
        <span className="hj-ring-badge">
          {t('ring.badgeExpected', { time: duration(ring.expected_wait_over) })}
        </span>
      ) : null}
      {isSet(ring.free_at_most) ? (
        <span className="hj-ring-badge">{t('ring.badgeFree', { number: ring.free_at_most })}</span>
      ) : null}
    </>
  );
}

/** The bar's beginning: dragged, or moved with the arrow keys, between the neighbours' times. */
function Handle({
  rings,
  index,
  end,
  label,
  hold,
  change,
}: {
  rings: Ring[];
  index: number;
  end: number;
  label: string;
  hold: (holding: boolean) => void;
  change: (rings: Ring[]) => void;
}) {
  const start = useRef<{ x: number; seconds: number; width: number } | null>(null);
  const seconds = rings[index]?.after_seconds ?? 0;
  const [least, most] = timeLimits(rings, index);
  const set = (wanted: number) =>
    change(withTime(rings, index, Math.round(Math.min(most, Math.max(least, wanted)))).rings);
  const down = (event: PointerEvent<HTMLSpanElement>) => {
    const track = event.currentTarget.closest('.hj-ring-track');
    if (!track) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, seconds, width: track.clientWidth };
    hold(true);
  };
  const drag = ({ clientX }: PointerEvent) => {
    if (!start.current) return;
    const moved = ((clientX - start.current.x) / start.current.width) * end;
    set(Math.round((start.current.seconds + moved) / snap) * snap);
  };
  const up = () => {
    start.current = null;
    hold(false);
  };
  const key = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -snap, ArrowRight: snap, PageDown: -60, PageUp: 60 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(seconds + by);
  };
  return (
    <span
      className="hj-ring-handle"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={seconds}
      aria-valuetext={duration(seconds)}
      onPointerDown={down}
      onPointerMove={drag}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={key}
      data-testid="ring-handle"
    />
  );
}
