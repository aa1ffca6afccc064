import { CopyOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input } from 'antd';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { HoursSpan } from '@/shared/api/types';
import { useWeekdays } from './weekdays';
import {
  clockOf,
  day,
  drawn,
  edged,
  readSpans,
  shifted,
  spanOf,
  spansText,
  step,
  stretchOf,
  type Stretch,
} from './week';

interface Props {
  /** Seven days from Monday. */
  value?: HoursSpan[][];
  onChange?: (value: HoursSpan[][]) => void;
  disabled?: boolean;
}

type Grip = 'new' | 'from' | 'to' | 'whole';
interface Drag {
  at: number;
  grip: Grip;
  weekday: number;
  minute: number;
  before: Stretch[];
}

const marks = [0, 3, 6, 9, 12, 15, 18, 21, 24];

/** A week as bars: drawn, moved and stretched with the mouse or the arrow keys, or typed. */
export function WeekEditor({ value = [], onChange, disabled = false }: Props) {
  const { t } = useTranslation();
  const weekdays = useWeekdays();
  const [drag, setDrag] = useState<Drag | null>(null);
  const put = (weekday: number, spans: HoursSpan[]) =>
    onChange?.(weekdays.map((_, at) => (at === weekday ? spans : (value[at] ?? []))));
  const copy = (weekday: number, to: number[]) =>
    onChange?.(weekdays.map((_, at) => value[to.includes(at) ? weekday : at] ?? []));
  return (
    <div className="hj-week" data-testid="week">
      <div className="hj-week-row hj-week-axis" aria-hidden="true">
        <span />
        <div className="hj-week-track">
          {marks.map((hour) => (
            <span key={hour} style={{ insetInlineStart: `${(hour / 24) * 100}%` }} data-end={hour === 24}>
              {hour}
            </span>
          ))}
        </div>
      </div>
      {weekdays.map((name, weekday) => (
        <Day
          key={name}
          name={name}
          spans={value[weekday] ?? []}
          drag={drag?.weekday === weekday ? drag : null}
          grip={(found) => setDrag(found && { ...found, weekday })}
          put={(spans) => put(weekday, spans)}
          disabled={disabled}
          copies={[
            { key: 'work', label: t('hours.copyWork'), onClick: () => copy(weekday, [0, 1, 2, 3, 4]) },
            { key: 'all', label: t('hours.copyAll'), onClick: () => copy(weekday, [0, 1, 2, 3, 4, 5, 6]) },
          ]}
        />
      ))}
    </div>
  );
}

interface DayProps {
  name: string;
  spans: HoursSpan[];
  drag: Drag | null;
  grip: (drag: Omit<Drag, 'weekday'> | null) => void;
  put: (spans: HoursSpan[]) => void;
  disabled: boolean;
  copies: { key: string; label: string; onClick: () => void }[];
}

function Day({ name, spans, drag, grip, put, disabled, copies }: DayProps) {
  const { t } = useTranslation();
  const track = useRef<HTMLDivElement>(null);
  const stretches = spans.map(stretchOf);
  const set = (next: Stretch[]) => put(next.map(spanOf));
  const minuteAt = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return 0;
    return Math.round((((event.clientX - box.left) / box.width) * day) / step) * step;
  };
  const take = (event: PointerEvent, kind: Grip, at: number) => {
    if (disabled || event.button !== 0) return;
    event.stopPropagation();
    track.current?.setPointerCapture(event.pointerId);
    grip({ at, grip: kind, minute: minuteAt(event), before: stretches });
  };
  const move = (event: PointerEvent) => {
    if (!drag) return;
    const minute = minuteAt(event);
    if (drag.grip === 'new') {
      if (minute !== drag.minute) set(drawn(drag.before, drag.minute, minute));
    } else if (drag.grip === 'whole') set(shifted(drag.before, drag.at, minute - drag.minute));
    else set(edged(drag.before, drag.at, drag.grip, minute));
  };
  const keys = (event: KeyboardEvent, at: number, kind: Grip) => {
    const one = stretches[at];
    if (!one || disabled) return;
    if (event.key === 'Delete' || event.key === 'Backspace')
      set(stretches.filter((_, index) => index !== at));
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const by = (event.key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? 60 : step);
      set(
        kind === 'from' || kind === 'to'
          ? edged(stretches, at, kind, one[kind] + by)
          : shifted(stretches, at, by),
      );
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="hj-week-row" data-testid="week-day">
      <span className="hj-week-name">{name}</span>
      <div
        ref={track}
        className="hj-week-track"
        data-disabled={disabled}
        onPointerDown={(event) => take(event, 'new', -1)}
        onPointerMove={move}
        onPointerUp={() => grip(null)}
        onPointerCancel={() => grip(null)}
      >
        {marks.map((hour) => (
          <i key={hour} style={{ insetInlineStart: `${(hour / 24) * 100}%` }} />
        ))}
        {stretches.map((one, at) => (
          <div
            key={at}
            className="hj-week-bar"
            role="group"
            tabIndex={disabled ? -1 : 0}
            aria-label={t('hours.spanOf', { day: name, span: spansText([spanOf(one)]) })}
            data-testid="week-span"
            data-beyond={one.to > day}
            style={{
              insetInlineStart: `${(one.from / day) * 100}%`,
              width: `${((Math.min(day, one.to) - one.from) / day) * 100}%`,
            }}
            onPointerDown={(event) => take(event, 'whole', at)}
            onKeyDown={(event) => keys(event, at, 'whole')}
          >
            {disabled
              ? null
              : (['from', 'to'] as const).map((edge) =>
                  edge === 'to' && one.to > day ? null : (
                    <span
                      key={edge}
                      className="hj-week-edge"
                      data-edge={edge}
                      role="slider"
                      tabIndex={0}
                      aria-label={t(edge === 'from' ? 'hours.opens' : 'hours.closes', { day: name })}
                      aria-valuemin={0}
                      aria-valuemax={day}
                      aria-valuenow={one[edge]}
                      aria-valuetext={clockOf(one[edge])}
                      onPointerDown={(event) => take(event, edge, at)}
                      onKeyDown={(event) => keys(event, at, edge)}
                    />
                  ),
                )}
            <span className="hj-week-text">{spansText([spanOf(one)])}</span>
          </div>
        ))}
        {stretches.length === 0 ? <span className="hj-week-none">{t('hours.closedDay')}</span> : null}
      </div>
      <SpansInput spans={spans} put={put} name={name} disabled={disabled} />
      {disabled ? (
        <span />
      ) : (
        <span className="hj-week-acts">
          <Button
            type="text"
            size="small"
            icon={spans.length > 0 ? <DeleteOutlined /> : <PlusOutlined />}
            aria-label={t(spans.length > 0 ? 'hours.clearDay' : 'hours.openDay', { day: name })}
            title={t(spans.length > 0 ? 'hours.clearDay' : 'hours.openDay', { day: name })}
            onClick={() => put(spans.length > 0 ? [] : [{ start: '09:00', end: '18:00' }])}
          />
          <Dropdown trigger={['click']} menu={{ items: copies }}>
            <Button
              type="text"
              size="small"
              icon={<CopyOutlined />}
              aria-label={t('hours.copyDay', { day: name })}
              title={t('hours.copyDay', { day: name })}
            />
          </Dropdown>
        </span>
      )}
    </div>
  );
}

/** Spans as text; what cannot be read stays as typed, marked, and changes nothing. */
export function SpansInput({
  spans,
  put,
  name,
  disabled,
}: {
  spans: HoursSpan[];
  put: (spans: HoursSpan[]) => void;
  name: string;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && readSpans(typed) === null;
  return (
    <Input
      size="small"
      className="hj-figures"
      aria-label={t('hours.spansOf', { day: name })}
      placeholder="09:00–18:00"
      title={wrong ? t('hours.unreadable') : undefined}
      status={wrong ? 'error' : undefined}
      disabled={disabled}
      value={typed ?? spansText(spans)}
      onChange={(event) => {
        setTyped(event.target.value);
        const read = readSpans(event.target.value);
        if (read) put(read);
      }}
      onBlur={() => {
        if (!wrong) setTyped(null);
      }}
      data-testid="spans"
    />
  );
}
