// eslint-disable-next-line no-restricted-imports -- this is where it is used
import { lazy, useSyncExternalStore, type ComponentType, type LazyExoticComponent } from 'react';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as React's `lazy` has it: props of any kind
type AnyComponent = ComponentType<any>;

type Piece<T extends AnyComponent> = LazyExoticComponent<T> & {
  /** Loads it before it is shown. */
  ahead: () => void;
};

const notLoaded = new Set<() => Promise<unknown>>();
const listeners = new Set<() => void>();
let missing = false;
let away = false;
let failures = 0;

const Nothing = () => null;

/**
 * A component that is loaded when it is first shown, or before that in the background. One that cannot be loaded shows
 * nothing, and the page is known to miss a piece once it is wanted: a browser does not ask again for a module that it
 * could not fetch.
 */
export function piece<T extends AnyComponent>(load: () => Promise<{ default: T }>): Piece<T> {
  let loading: Promise<{ default: T }> | null = null;
  let failed = false;
  let wanted = false;
  const tellOfMissing = () => {
    if (!failed || !wanted) return;
    missing = true;
    listeners.forEach((tell) => tell());
  };
  const once = () => {
    notLoaded.delete(once);
    loading ??= load().catch((error: unknown) => {
      console.error(error);
      failures += 1;
      away ||= !navigator.onLine;
      failed = true;
      tellOfMissing();
      return { default: Nothing as AnyComponent as T };
    });
    return loading;
  };
  notLoaded.add(once);
  const shown = () => {
    wanted = true;
    if (failed) queueMicrotask(tellOfMissing); // not while a component is rendered
    return once();
  };
  return Object.assign(lazy(shown), { ahead: () => void once() });
}

/** Loads all pieces of what was opened so far, one after the other and what they bring as well, while `goesOn`. Returns
 * whether it came to the end. */
export async function loadPieces(goesOn: () => boolean): Promise<boolean> {
  for (const load of notLoaded) {
    if (!goesOn()) return false;
    await load();
  }
  return true;
}

/** Whether no piece that was asked for so far failed. */
export const noneFailed = () => failures === 0;

/** Whether the network was away when a piece could not be loaded. */
export const wasAway = () => away;

/** Whether a piece that is wanted could not be loaded. */
export function usePieceMissing(): boolean {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => missing,
  );
}
