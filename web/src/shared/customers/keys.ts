import type { KeyboardEvent } from 'react';

/** Esc, but for one that closes a list of choices or ends the writing of a word. */
export function endsEditing({ key, target, nativeEvent }: KeyboardEvent): boolean {
  const list = target instanceof Element && target.getAttribute('aria-expanded') === 'true';
  return key === 'Escape' && !list && !nativeEvent.isComposing;
}
