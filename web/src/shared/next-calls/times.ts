import type { Dayjs } from 'dayjs';

const morning = 10;

/** The times that are chosen most, as moments, from the tenant's clock. */
export function quickTimes(now: Dayjs): { inHour: string; tomorrow: string; nextWeek: string } {
  const at = (days: number) => now.add(days, 'day').hour(morning).startOf('hour').toISOString();
  return { inHour: now.add(1, 'hour').startOf('minute').toISOString(), tomorrow: at(1), nextWeek: at(7) };
}
