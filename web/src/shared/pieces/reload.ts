import { useEffect, useState } from 'react';
import { writes } from '@/shared/components/focus';

const remembered = 'hujiao.reloaded';
const lookEvery = 2_000;
const holding = new Set<symbol>();
let waiting = 0;

/** While `inHand` no part of the page loads it anew. */
export function useHold(inHand: boolean): void {
  useEffect(() => {
    if (!inHand) return;
    const mine = Symbol();
    holding.add(mine);
    return () => void holding.delete(mine);
  }, [inHand]);
}

/** All of the page is there: it may be loaded anew by itself again, unless a screen that failed is what is shown. */
export function loadedWhole(): void {
  if (waiting === 0) sessionStorage.removeItem(remembered);
}

/** Whether nothing is in hand, nobody writes, no dialog is open, and nothing asks before the page goes, as a call and unsaved changes do. */
export function undisturbed(): boolean {
  const going = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(going);
  const dialogs = [...document.querySelectorAll('[role=dialog]')];
  return (
    holding.size === 0 &&
    !going.defaultPrevented &&
    !writes(document.activeElement) &&
    !dialogs.some((one) => one.getClientRects().length > 0)
  );
}

async function served(): Promise<boolean> {
  try {
    return (await fetch('/', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

/**
 * Loads the page anew, when `wanted`, once it is on line and nobody is disturbed: one time, and not again before all of
 * the page was there. Returns whether it will.
 */
export function useReloadWhenQuiet(wanted: boolean): boolean {
  const [mayReload] = useState(() => sessionStorage.getItem(remembered) === null);
  useEffect(() => {
    if (!wanted) return;
    waiting += 1;
    return () => void (waiting -= 1);
  }, [wanted]);
  useEffect(() => {
    if (!wanted || !mayReload) return;
    let looking = false;
    const look = async () => {
      if (looking || !navigator.onLine || !undisturbed()) return;
      looking = true;
      const there = await served();
      looking = false;
      if (!there || stopped.signal.aborted || !undisturbed()) return;
      sessionStorage.setItem(remembered, String(Date.now()));
      location.reload();
    };
    const stopped = new AbortController();
    void look();
    const timer = setInterval(() => void look(), lookEvery);
    return () => {
      stopped.abort();
      clearInterval(timer);
    };
  }, [wanted, mayReload]);
  return mayReload;
}
