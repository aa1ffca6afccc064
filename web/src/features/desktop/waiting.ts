import { useEffect, useSyncExternalStore } from 'react';

/** What the platform was asked to switch and has not said yet that it has: `hold` or `mute` of one call. */
export type Switch = 'hold' | 'mute';

const forgotten = 8000;
const asked = new Map<string, { on: boolean; timer: ReturnType<typeof setTimeout> }>();
const told = new Set<() => void>();
const key = (id: string, what: Switch) => `${what} ${id}`;

/** False: it waits already, and asking once more does nothing. */
export function ask(id: string, what: Switch, on: boolean): boolean {
  const name = key(id, what);
  if (asked.has(name)) return false;
  // What never comes does not keep the button shut.
  asked.set(name, { on, timer: setTimeout(() => settle(id, what), forgotten) });
  told.forEach((tell) => tell());
  return true;
}

/** It is `on` now, which may be what was asked for; without `on` it is waited for no longer. */
export function settle(id: string, what: Switch, on?: boolean) {
  const name = key(id, what);
  const found = asked.get(name);
  if (!found || (on !== undefined && found.on !== on)) return;
  clearTimeout(found.timer);
  asked.delete(name);
  told.forEach((tell) => tell());
}

const subscribe = (tell: () => void) => {
  told.add(tell);
  return () => void told.delete(tell);
};

/** Whether the platform has still to do it; `on` is how it is now. */
export function useWaiting(id: string | undefined, what: Switch, on: boolean): boolean {
  useEffect(() => {
    if (id) settle(id, what, on);
  }, [id, what, on]);
  return useSyncExternalStore(subscribe, () => id !== undefined && asked.has(key(id, what)));
}
