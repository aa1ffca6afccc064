import { useEffect, useRef, useState } from 'react';

const focusIsLost = () => document.activeElement === null || document.activeElement === document.body;

/** Whether keys that are pressed there write something. */
export function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** When what had the focus is gone for good, the page has it, so that Tab goes on there. */
export function focusPage() {
  if (focusIsLost()) document.querySelector('main')?.focus({ preventScroll: true });
}

const CLOSING_MS = 1000;

/** For a dialog that is there only while it is open: when it goes, the focus is again where it was before. */
export function useFocusReturns() {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // What is around it goes later, and may take the focus with it.
      const until = performance.now() + CLOSING_MS;
      const giveBack = () => {
        if (!(opener instanceof HTMLElement && opener.isConnected)) return;
        if (focusIsLost()) opener.focus({ preventScroll: true });
        if (performance.now() < until) requestAnimationFrame(giveBack);
      };
      requestAnimationFrame(giveBack);
    },
    [opener],
  );
}

/** For a form that has just been opened to be filled in: its first field has the focus. */
export function useFocusFirst(wanted: boolean) {
  const fields = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wanted) return;
    // After the panel around it, which takes the focus for itself.
    const later = requestAnimationFrame(() => fields.current?.querySelector('input')?.focus());
    return () => cancelAnimationFrame(later);
  }, [wanted]);
  return fields;
}
