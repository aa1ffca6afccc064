import { nowZoned, zoned } from '@/shared/format/time';

export type Step = '30m' | '1h' | 'day';
export const steps: Step[] = ['30m', '1h', 'day'];

/** The report's time when the address names none: today, in the tenant's zone. */
export function defaultRange(): { from: string; to: string } {
  const today = nowZoned().startOf('day');
  return { from: today.toISOString(), to: today.add(1, 'day').toISOString() };
}

/** Where the interval that begins here ends. Days follow the tenant's calendar. */
export function intervalEnd(startsAt: string, step: Step): string {
  const start = zoned(startsAt);
  const end = step === 'day' ? start.add(1, 'day') : start.add(step === '1h' ? 60 : 30, 'minute');
  return end.toISOString();
}
