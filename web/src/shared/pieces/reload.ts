import { useEffect } from 'react';
import { writes } from '@/shared/components/focus';

const remembered = 'hujiao.reloaded';
const notAgainFor = 60_000;
const lookEvery = 2_000;

/** Whether nobody writes, no dialog is open, and nothing asks before the page goes, as a call and unsaved changes do. */
export function undisturbed(): boolean {
  const going = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(going);
  const dialogs = [...document.querySelectorAll('[role=dialog]')];
  return (
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

/** Loads the page anew, when `wanted`, once it is on line and nobody is disturbed; not over and over. */
export function useReloadWhenQuiet(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    let looking = false;
    const look = async () => {
      const long = Date.now() - Number(sessionStorage.getItem(remembered)) > notAgainFor;
      if (looking || !long || !navigator.onLine || !undisturbed()) return;
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
  }, [wanted]);
}
