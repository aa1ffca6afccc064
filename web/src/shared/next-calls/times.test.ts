// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { setZone, zoned } from '@/shared/format/time';
import { dueNow } from './dueNow';
import { quickTimes } from './times';

describe('the times that are chosen most', () => {
  it('are of the tenant, to the minute', () => {
    setZone('Asia/Shanghai');
    // Half past midnight there.
    expect(quickTimes(zoned('2026-11-25T16:30:40Z'))).toEqual({
      inHour: '2026-11-25T17:30:00.000Z',
      tomorrow: '2026-11-27T02:00:00.000Z',
      nextWeek: '2026-12-03T02:00:00.000Z',
    });
  });
});

describe('what is due', () => {
  const at = (second: number) => ({
    remind_at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
  });
  const now = Date.UTC(2026, 0, 1, 0, 0, 10);

  it('is what should have been reminded of by now, and the next one has its time', () => {
    const { due, next } = dueNow([at(5), at(10), at(12), at(40)], now);
    expect(due).toEqual([at(5), at(10)]);
    expect(next).toBe(2000);
  });

  it('has no next one after the last', () => {
    expect(dueNow([at(5)], now).next).toBeNull();
    expect(dueNow([], now)).toEqual({ due: [], next: null });
  });
});
