import dayjs, { type Dayjs } from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';

dayjs.extend(utc);
dayjs.extend(timezone);

/** Every time on screen is in the tenant's zone, whatever the workstation's is. */
let zone = 'UTC';

export function setZone(name: string): void {
  zone = name;
}

export function zoned(value: string): Dayjs {
  return dayjs(value).tz(zone);
}

export function nowZoned(): Dayjs {
  return dayjs().tz(zone);
}

/** Reads what a picker shows (wall-clock figures) as a moment in the tenant's zone. */
export function asZoned(picked: Dayjs): Dayjs {
  return dayjs.tz(picked.format('YYYY-MM-DD HH:mm:ss'), zone);
}

/** Shows a moment in a picker as the tenant's wall clock. */
export function forPicker(value: string): Dayjs {
  return dayjs(zoned(value).format('YYYY-MM-DDTHH:mm:ss'));
}

export function dateTime(value: string | null | undefined): string {
  return value ? zoned(value).format('YYYY-MM-DD HH:mm:ss') : '–';
}

export function timeOfDay(value: string | null | undefined): string {
  return value ? zoned(value).format('HH:mm:ss') : '–';
}

export function timeOfDayExact(value: string): string {
  return zoned(value).format('HH:mm:ss.SSS');
}

export function dayAndMinute(value: string): string {
  return zoned(value).format('MM-DD HH:mm');
}

/** The time alone for what is of today, with its day before it otherwise. */
export function timeOrDay(value: string): string {
  return zoned(value).isSame(nowZoned(), 'day') ? timeOfDay(value) : dayAndMinute(value);
}
