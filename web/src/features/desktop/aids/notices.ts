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

/** Lets the system tell it while another window is in front, if the reader wants that; a click leads back here. None
 *  where a page alone may not show any, as on some telephones. */
export function notify(title: string, body: string, tag: string): Notification | null {
  const unseen = document.hidden || !document.hasFocus();
  if (!unseen || notices() !== 'on') return null;
  try {
    const notice = new Notification(title, { body, tag });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return notice;
  } catch {
    return null;
  }
}

export function useNotices(): Notices {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, notices);
}
