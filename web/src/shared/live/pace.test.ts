import { describe, expect, it } from 'vitest';

import { Pace } from './pace';

/** The share of the time that goes into drawing, when something changes all the time. */
function share(pace: Pace, drawing: number, seconds: number): number {
  let now = 0;
  let drawn = 0;
  while (now < seconds * 1000) {
    const wait = pace.drawn(now, now + drawing);
    drawn += drawing;
    now += drawing + wait;
  }
  return drawn / now;
}

describe('the pace of drawing', () => {
  it('lets a few changes follow each other at once', () => {
    const pace = new Pace();
    const waits = Array.from({ length: 10 }, (_, turn) => pace.drawn(turn * 20, turn * 20 + 20));
    expect(waits.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(waits.at(-1)).toBeGreaterThan(0);
  });

  it('leaves more than half of a long time to who reads and types', () => {
    expect(share(new Pace(), 30, 60)).toBeCloseTo(0.4, 1);
    expect(share(new Pace(), 200, 60)).toBeCloseTo(0.4, 1);
  });

  it('forgets what is long ago', () => {
    const pace = new Pace();
    for (let began = 0; began < 3000; began += 100) pace.drawn(began, began + 100);
    expect(pace.drawn(60_000, 60_030)).toBe(0);
  });

  it('never rests long', () => {
    expect(new Pace().drawn(0, 10_000)).toBeLessThanOrEqual(500);
  });
});
