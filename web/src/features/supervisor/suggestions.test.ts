import { describe, expect, it } from 'vitest';
import type { QueueSuggestion, SuggestionOutcome } from '@/shared/api/types';
import { isRunning, lengthOf, longestOf, outcomesOf } from './suggestions';

const outcome = (before: number | null, after: number | null): SuggestionOutcome => ({
  queue_id: 'q',
  queue_name: 'Repairs',
  waiting: 1,
  wait_before: before,
  wait_after: after,
  free_before: 0,
  free_after: 0,
});

describe('suggestions', () => {
  it('finds what a choice of helpers does, in whatever order', () => {
    const both = [outcome(300, 60)];
    const suggestion = {
      plans: [
        { agent_ids: ['a'], outcomes: [outcome(300, 120)] },
        { agent_ids: ['a', 'b'], outcomes: both },
      ],
    } as unknown as QueueSuggestion;
    expect(outcomesOf(suggestion, ['b', 'a'])).toBe(both);
    expect(outcomesOf(suggestion, ['b'])).toEqual([]);
    expect(outcomesOf(suggestion, [])).toEqual([]);
  });

  it('draws waits in one measure', () => {
    expect(longestOf([outcome(10, 5)])).toBe(60);
    expect(longestOf([outcome(null, 90), outcome(300, 0)])).toBe(300);
    expect(lengthOf(150, 300)).toBe(0.5);
    expect(lengthOf(null, 300)).toBe(1);
    expect(lengthOf(900, 300)).toBe(1);
  });

  it('runs until its time is up or it is undone', () => {
    const at = (applied: object | null) => ({ applied }) as unknown as QueueSuggestion;
    const until = { until_at: '2026-11-30T10:00:00Z', undone_at: null };
    const now = Date.parse('2026-11-30T09:00:00Z');
    expect(isRunning(at(until), now)).toBe(true);
    expect(isRunning(at(until), Date.parse(until.until_at))).toBe(false);
    expect(isRunning(at({ ...until, undone_at: '2026-11-30T08:00:00Z' }), now)).toBe(false);
    expect(isRunning(at(null), now)).toBe(false);
  });
});
