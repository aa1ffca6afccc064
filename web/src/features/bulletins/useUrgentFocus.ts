import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import { writes } from '@/shared/components/focus';

const quietMilliseconds = 1_000;

/**
 * An urgent notice takes the focus, and gives it back when it is gone. Who is writing is let finish the word, so that
 * nothing they type confirms what they have not seen.
 */
export function useUrgentFocus(confirm: () => void): {
  box: RefObject<HTMLElement | null>;
  onKeyDown: (event: KeyboardEvent) => void;
} {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const section = box.current;
    let typedAt = writes(document.activeElement) ? Date.now() : 0;
    let before: Element | null = null;
    const typed = () => (typedAt = Date.now());
    const take = () => {
      if (Date.now() - typedAt < quietMilliseconds) return;
      clearInterval(timer);
      before = document.activeElement;
      section?.focus();
    };
    const timer = setInterval(take, 200);
    // An open drawer or dialog takes back every focus that it hears of.
    const stays = (event: FocusEvent) => event.stopPropagation();
    section?.addEventListener('focusin', stays);
    window.addEventListener('keydown', typed, true);
    return () => {
      clearInterval(timer);
      section?.removeEventListener('focusin', stays);
      window.removeEventListener('keydown', typed, true);
      const left = document.activeElement === document.body || section?.contains(document.activeElement);
      if (left && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) confirm();
  };
  return { box, onKeyDown };
}
