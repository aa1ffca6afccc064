import { useSyncExternalStore } from 'react';

/** Whether the system tells of offers while the page is out of sight, in this browser. */
export type Notices = 'impossible' | 'refused' | 'off' | 'on';

const remembered = 'hujiao.notices';
const listeners = new Set<() => void>();

export function notices(): Notices {
  if (!('Notification' in window)) return 'impossible';
  if (Notification.permission === 'denied') return 'refused';
  const wanted = localStorage.getItem(remembered) === 'on';
  return wanted && Notification.permission === 'granted' ? 'on' : 'off';
}

/** Asks the reader for the browser's permission the first time. */
export async function turnNotices(on: boolean): Promise<void> {
  if (on && Notification.permission === 'default') await Notification.requestPermission();
  localStorage.setItem(remembered, on ? 'on' : 'off');
  listeners.forEach((listener) => listener());
}

export function useNotices(): Notices {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, notices);
}
