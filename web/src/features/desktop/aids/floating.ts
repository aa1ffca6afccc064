import { useSyncExternalStore } from 'react';
import './aids.css'; // before the page's looks are copied

/** A window that the browser keeps above all others (Document Picture-in-Picture). */
interface PictureInPicture {
  requestWindow: (options: { width: number; height: number }) => Promise<Window>;
}

const offered = (window as { documentPictureInPicture?: PictureInPicture }).documentPictureInPicture;
const listeners = new Set<() => void>();
let floating: Window | null = null;

export const canFloat = offered !== undefined;

function put(opened: Window | null): void {
  floating = opened;
  listeners.forEach((listener) => listener());
}

/** Opens it with the page's looks, and closes one that is open. */
export async function toggleFloating(): Promise<void> {
  if (floating) {
    floating.close();
    return;
  }
  const opened = await offered?.requestWindow({ width: 380, height: 132 });
  if (!opened) return;
  for (const { name, value } of document.documentElement.attributes)
    opened.document.documentElement.setAttribute(name, value);
  document.querySelectorAll('style, link[rel="stylesheet"]').forEach((looks) => {
    opened.document.head.append(looks.cloneNode(true));
  });
  opened.addEventListener('pagehide', () => put(null), { once: true });
  put(opened);
}

export function useFloating(): Window | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => floating,
  );
}
