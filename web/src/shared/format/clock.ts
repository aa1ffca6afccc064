/**
 * The server's clock as seen from here. Timers run on it, so that a workstation whose clock
 * is wrong still shows right durations.
 */
let offsetMilliseconds = 0;

/** The Date header has whole seconds: only a difference that it can show is taken over. */
export function observeServerDate(header: string | null): void {
  if (!header) return;
  const server = Date.parse(header);
  if (Number.isNaN(server)) return;
  const difference = server + 500 - Date.now();
  offsetMilliseconds = Math.abs(difference) > 2000 ? difference : 0;
}

export function serverNow(): number {
  return Date.now() + offsetMilliseconds;
}
