import type { QueueRouting, WhyWaiting } from '@/shared/api/types';

export type Verdict = 'waits_for' | 'nobody' | 'all_away' | 'all_busy' | 'kept' | 'soon';

/** What keeps a caller waiting, in one word. */
export function verdict(why: WhyWaiting): Verdict {
  if (why.waits_for) return 'waits_for';
  if (why.free.length > 0) return why.reserved_for.length > 0 ? 'kept' : 'soon';
  if (why.busy > 0) return 'all_busy';
  return why.away > 0 ? 'all_away' : 'nobody';
}

export interface NextRing {
  /** When it opens, at the latest if there are conditions too. */
  at: string | null;
  expectedWaitOver: number | null;
  freeAtMost: number | null;
}

/** When the next ring opens, by the router's own clock; null when none follows. Its conditions are the queue's. */
export function nextRing(why: WhyWaiting, routing: QueueRouting | undefined): NextRing | null {
  if (why.ring < 0 || why.ring + 1 >= why.rings) return null;
  const ring = routing?.rings[why.ring];
  return {
    at: why.next_ring_at,
    expectedWaitOver: ring?.expected_wait_over ?? null,
    freeAtMost: ring?.free_at_most ?? null,
  };
}
