import { useEffect, useMemo, useState } from 'react';
import { useStore } from './hooks';
import type { ScreenViewTold } from './protocol';

/** One who views this agent's screen. */
export interface Viewer {
  readonly id: string;
  /** Whom the agent is told of. */
  readonly by: string | null;
  /** When it was last said, in milliseconds here. */
  readonly at: number;
  /** Counts how often the whole screen was asked for. */
  readonly pictures: number;
}

// Said every three seconds: who was not heard of for so long is gone, whatever was lost.
export const forgetMilliseconds = 10_000;

export function told(viewers: readonly Viewer[], one: ScreenViewTold, now: number): readonly Viewer[] {
  const others = viewers.filter((viewer) => viewer.id !== one.view_id);
  if (one.what === 'off') return others;
  const before = viewers.find((viewer) => viewer.id === one.view_id);
  const pictures = (before?.pictures ?? 0) + (one.what === 'picture' ? 1 : 0);
  return [...others, { id: one.view_id, by: one.by ?? null, at: now, pictures }].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
}

export function stillThere(viewers: readonly Viewer[], now: number): readonly Viewer[] {
  const there = viewers.filter((viewer) => now - viewer.at < forgetMilliseconds);
  return there.length === viewers.length ? viewers : there;
}

/** Who views this agent's screen now. */
export function useViewers(): readonly Viewer[] {
  const { onScreenView } = useStore();
  const [viewers, setViewers] = useState<readonly Viewer[]>([]);
  useEffect(
    () => onScreenView((one) => setViewers((before) => told(before, one, Date.now()))),
    [onScreenView],
  );
  const any = viewers.length > 0;
  useEffect(() => {
    if (!any) return;
    const timer = setInterval(() => setViewers((before) => stillThere(before, Date.now())), 1000);
    return () => clearInterval(timer);
  }, [any]);
  // The same list while nothing of it has changed but when it was said.
  const key = viewers.map((one) => `${one.id} ${one.pictures} ${one.by}`).join();
  // eslint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => viewers, [key]);
}
