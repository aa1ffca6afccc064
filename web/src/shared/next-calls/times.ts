import type { Dayjs } from 'dayjs';

const morning = 10;

/** The times that are chosen most, as moments, from the tenant's clock. */
export function quickTimes(now: Dayjs): { inHour: string; tomorrow: string; nextWeek: string } {
  const at = (days: number) => now.add(days, 'day').hour(morning).startOf('hour').toISOString();
  return { inHour: now.add(1, 'hour').startOf('minute').toISOString(), tomorrow: at(1), nextWeek: at(7) };
}

/** Those to be reminded of now, and in how many milliseconds the next one follows. */
export function dueNow<One extends { remind_at: string }>(
  all: readonly One[],
  now: number,
): { due: One[]; next: number | null } {
  const due = all.filter((one) => Date.parse(one.remind_at) <= now);
  const later = all.map((one) => Date.parse(one.remind_at) - now).filter((left) => left > 0);
  return { due, next: later.length > 0 ? Math.min(...later) : null };
}
