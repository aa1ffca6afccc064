// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { QueueRouting, WhyWaiting } from '@/shared/api/types';
import { nextRing, verdict } from './why';

const why = (part: Partial<WhyWaiting>): WhyWaiting => ({
  interaction_id: 'i',
  queue_id: 'q',
  queue_name: 'Billing',
  medium: 'voice',
  queued_at: '2026-11-22T10:00:00Z',
  position: 1,
  grade: 0,
  ring: 0,
  rings: 3,
  next_ring_at: '2026-11-22T10:00:05Z',
  waits_for: null,
  needs: [],
  free: [],
  busy: 0,
  away: 0,
  reserved_for: [],
  overflow: [],
  ...part,
});

describe('the verdict', () => {
  it.each([
    ['nobody', {}],
    ['all_away', { away: 4 }],
    ['all_busy', { busy: 2, away: 4 }],
    ['soon', { free: ['a'], busy: 2 }],
    ['kept', { free: ['a'], reserved_for: ['vip'] }],
    ['waits_for', { waits_for: 'a', free: ['b'] }],
  ] as const)('is %s', (expected, part) => {
    expect(verdict(why(part as unknown as Partial<WhyWaiting>))).toBe(expected);
  });
});

describe('the next ring', () => {
  const routing = {
    rings: [{ after_seconds: 30 }, { after_seconds: null, free_at_most: 0 }],
  } as unknown as QueueRouting;

  it.each([[routing], [undefined]])('opens when the router says, whenever the contact came', (known) => {
    expect(nextRing(why({ queued_at: '2026-11-22T09:00:00Z' }), known)).toEqual({
      at: '2026-11-22T10:00:05Z',
      expectedWaitOver: null,
      freeAtMost: null,
    });
  });

  it('has no time when only a condition opens it', () => {
    expect(nextRing(why({ ring: 1, next_ring_at: null }), routing)).toEqual({
      at: null,
      expectedWaitOver: null,
      freeAtMost: 0,
    });
  });

  it('does not follow the last one, nor a wait for one agent', () => {
    expect(nextRing(why({ ring: 2 }), routing)).toBeNull();
    expect(nextRing(why({ ring: -1 }), routing)).toBeNull();
  });
});
