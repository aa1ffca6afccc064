import type { HoursSpan, SpecialDay } from '@/shared/api/types';

export const day = 24 * 60;
/** Minutes to which the mouse and the arrow keys keep. */
export const step = 15;

/** A span in minutes after the midnight that its day begins with; `to` may lie on the next day. */
export interface Stretch {
  from: number;
  to: number;
}

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

export function clockOf(minute: number): string {
  const within = minute === day ? day : minute % day;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(within / 60))}:${two(within % 60)}`;
}

export function stretchOf({ start, end }: HoursSpan): Stretch {
  const [from, to] = [minutes(start), minutes(end)];
  return { from, to: to > from ? to : to + day };
}

export const spanOf = ({ from, to }: Stretch): HoursSpan => ({ start: clockOf(from), end: clockOf(to) });

/** In their order, with those that touch or overlap joined. */
export function joined(stretches: Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (const one of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && one.from <= last.to)
      found[found.length - 1] = { from: last.from, to: Math.max(last.to, one.to) };
    else found.push(one);
  }
  return found;
}

/** With what was drawn from one minute to another, in either direction. */
export function drawn(stretches: Stretch[], one: number, other: number): Stretch[] {
  const from = Math.max(0, Math.min(one, other));
  return joined([...stretches, { from, to: Math.min(day, Math.max(one, other, from + step)) }]);
}

/** One edge moved, as far as its neighbours let it; an end past midnight stays possible by typing. */
export function edged(stretches: Stretch[], at: number, edge: 'from' | 'to', minute: number): Stretch[] {
  const one = stretches[at];
  if (!one) return stretches;
  const least = edge === 'from' ? (stretches[at - 1]?.to ?? 0) : one.from + step;
  const most = edge === 'from' ? Math.min(one.to, day) - step : (stretches[at + 1]?.from ?? day);
  const moved = { ...one, [edge]: Math.max(least, Math.min(most, minute)) };
  return stretches.map((each, index) => (index === at ? moved : each));
}

/** Moved as a whole between its neighbours. */
export function shifted(stretches: Stretch[], at: number, by: number): Stretch[] {
  const one = stretches[at];
  if (!one) return stretches;
  const least = stretches[at - 1]?.to ?? 0;
  const most = stretches[at + 1]?.from ?? day;
  const allowed = Math.max(least - one.from, Math.min(Math.max(most, one.to) - one.to, by));
  return stretches.map((each, index) =>
    index === at ? { from: one.from + allowed, to: one.to + allowed } : each,
  );
}

const written = /^(\d{1,2}):?(\d{2})?\s*[-–~至到]\s*(\d{1,2}):?(\d{2})?$/;

/** What people write: `9-12, 13:30-18`; null when it cannot be read. */
export function readSpans(text: string): HoursSpan[] | null {
  const found: Stretch[] = [];
  for (const part of text.split(/[,，、;；]/).map((one) => one.trim())) {
    if (!part) continue;
    const match = written.exec(part);
    if (!match) return null;
    const [from, to] = [
      Number(match[1]) * 60 + Number(match[2] ?? 0),
      Number(match[3]) * 60 + Number(match[4] ?? 0),
    ];
    const minute = (value: number, limit: number) => value <= limit && value % 60 < 60;
    if (!minute(from, day - 1) || !minute(to, day) || from === to) return null;
    if (Number(match[2] ?? 0) > 59 || Number(match[4] ?? 0) > 59) return null;
    found.push({ from, to: to > from ? to : to + day });
  }
  found.sort((a, b) => a.from - b.from);
  return found.some((one, at) => at > 0 && one.from < (found[at - 1]?.to ?? 0)) ? null : found.map(spanOf);
}

export const spansText = (spans: HoursSpan[]) => spans.map(({ start, end }) => `${start}–${end}`).join(', ');

/** Days with others put in; a date that is in both is the new one's. */
export function withDays(days: SpecialDay[], more: SpecialDay[]): SpecialDay[] {
  const dates = new Set(more.map(({ date }) => date));
  return [...days.filter(({ date }) => !dates.has(date)), ...more].sort((a, b) =>
    a.date.localeCompare(b.date),
  );
}

/** The years in which there are days, with this one. */
export function yearsOf(days: SpecialDay[], current: number): number[] {
  return [...new Set([current, ...days.map(({ date }) => Number(date.slice(0, 4)))])].sort((a, b) => a - b);
}
