import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { OverflowRule } from '@/shared/api/types';
import { duration } from '@/shared/format/format';
import { timeOf } from './overflow';

interface Props {
  rules: OverflowRule[];
  /** Where each goes, in words. */
  targets: string[];
  /** The time line's end and marks, the same as the rings'. */
  end: number;
  marks: number[];
  selected: number | null;
  select: (rule: number) => void;
  change: (rules: OverflowRule[]) => void;
  move: (from: number, to: number) => void;
  hold: (holding: boolean) => void;
  disabled: boolean;
  hasError: (rule: number) => boolean;
}

const snap = 5;

/** Overflow rules under the rings: a marker at a rule's second, a lane for those that may act at any time. */
export function OverflowRows(props: Props) {
  const { t } = useTranslation();
  const { rules, select } = props;
  const dragged = useRef<number | null>(null);
  const key = (event: KeyboardEvent<HTMLOListElement>) => {
    const names = [...event.currentTarget.querySelectorAll<HTMLElement>('.hj-ring-name')];
    const at = names.indexOf(event.target as HTMLElement);
    const to = at + (event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0);
    if (at < 0 || to === at || !names[to]) return;
    event.preventDefault();
    if (event.altKey && !props.disabled) props.move(at, to);
    else select(to);
    names[to].focus();
  };
  return (
    <ol onKeyDown={key} aria-label={t('overflow.title')} data-testid="overflow">
      {rules.map((rule, at) => {
        const time = timeOf(rule);
        return (
          <li
            key={at}
            className="hj-ring-row"
            data-selected={at === props.selected}
            data-error={props.hasError(at)}
            data-testid="overflow-rule"
            data-when={rule.when}
            onClick={() => select(at)}
            onDragOver={(event) => {
              if (dragged.current !== null) event.preventDefault();
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged.current !== null) props.move(dragged.current, at);
              dragged.current = null;
            }}
          >
            <button
              type="button"
              className="hj-ring-name"
              draggable={!props.disabled}
              tabIndex={at === (props.selected ?? 0) ? 0 : -1}
              aria-current={at === props.selected}
              onDragStart={() => {
                dragged.current = at;
              }}
              onDragEnd={() => {
                dragged.current = null;
              }}
            >
              {t('overflow.number', { number: at + 1 })}
            </button>
            <div className="hj-ring-track">
              {props.marks.map((mark) => (
                <i key={mark} style={{ insetInlineStart: `${(mark / props.end) * 100}%` }} />
              ))}
              {time === null ? (
                <span className="hj-overflow-lane" title={t('overflow.untimed')}>
                  <Condition rule={rule} />
                </span>
              ) : (
                <Marker rule={rule} time={time} at={at} {...props} />
              )}
            </div>
            <span className="hj-overflow-target hj-ellipsis" title={props.targets[at]}>
              → {props.targets[at]}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** A rule's condition in words. */
export function Condition({ rule }: { rule: OverflowRule }) {
  const { t } = useTranslation();
  const value =
    rule.when === 'expression'
      ? rule.expression || '…'
      : rule.when === 'ahead'
        ? String(rule.over)
        : duration(rule.over);
  return <span className="hj-ellipsis">{t(`overflow.when.${rule.when}`, { value })}</span>;
}

/** A rule at its second: dragged, or moved with the arrow keys. */
function Marker({
  rule,
  time,
  at,
  end,
  rules,
  change,
  hold,
  disabled,
}: Props & { rule: OverflowRule; time: number; at: number }) {
  const { t } = useTranslation();
  const start = useRef<{ x: number; seconds: number; width: number } | null>(null);
  const set = (seconds: number) => {
    const over = Math.max(0, Math.min(86_400, seconds));
    change(rules.map((one, index) => (index === at ? { ...one, over } : one)));
  };
  const down = (event: PointerEvent<HTMLSpanElement>) => {
    const track = event.currentTarget.closest('.hj-ring-track');
    if (!track || disabled) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, seconds: time, width: track.clientWidth };
    hold(true);
  };
  const drag = ({ clientX }: PointerEvent) => {
    if (!start.current) return;
    const moved = ((clientX - start.current.x) / start.current.width) * end;
    set(Math.round(Math.min(end, start.current.seconds + moved) / snap) * snap);
  };
  const key = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -snap, ArrowRight: snap, PageDown: -60, PageUp: 60 }[event.key];
    if (by === undefined || disabled) return;
    event.preventDefault();
    event.stopPropagation();
    set(time + by);
  };
  const up = () => {
    start.current = null;
    hold(false);
  };
  const late = time / end > 0.6;
  return (
    <span
      className="hj-overflow-marker"
      data-late={late}
      style={
        late
          ? { insetInlineEnd: `${(1 - time / end) * 100}%` }
          : { insetInlineStart: `${(time / end) * 100}%` }
      }
    >
      <span
        className="hj-overflow-flag"
        role="slider"
        tabIndex={disabled ? -1 : 0}
        aria-label={t('overflow.moveAt', { number: at + 1 })}
        aria-valuemin={0}
        aria-valuemax={86_400}
        aria-valuenow={time}
        aria-valuetext={duration(time)}
        onPointerDown={down}
        onPointerMove={drag}
        onPointerUp={up}
        onPointerCancel={up}
        onKeyDown={key}
        data-testid="overflow-handle"
      />
      <Condition rule={rule} />
    </span>
  );
}
