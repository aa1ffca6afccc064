import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import { writes } from '@/shared/components/focus';

const quietMilliseconds = 1_000;
/** Somebody may be about to press a key as the focus comes. */
const unseenMilliseconds = 800;

/**
 * An urgent notice takes the focus, and gives it back when it is gone. It waits until the reader is in no field, and
 * hears keys only when it could be seen, so that nothing they type confirms what they have not read.
 */
export function useUrgentFocus(confirm: () => void): {
  box: RefObject<HTMLElement | null>;
  onKeyDown: (event: KeyboardEvent) => void;
} {
  const box = useRef<HTMLElement>(null);
  const takenAt = useRef(0);
  useEffect(() => {
    const section = box.current;
    let typedAt = 0;
    let before: Element | null = null;
    const typed = () => (typedAt = Date.now());
    const take = () => {
      if (writes(document.activeElement)) typed();
      if (Date.now() - typedAt < quietMilliseconds) return;
      clearInterval(timer);
      takenAt.current = Date.now();
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
    const combined = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
    if (combined || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat && Date.now() - takenAt.current >= unseenMilliseconds) confirm();
  };
  return { box, onKeyDown };
}
