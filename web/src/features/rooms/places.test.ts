// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { freePlace, moved, stepOf } from './places';

describe('a seat on the plan', () => {
  it('moves by arrow keys, further with Shift', () => {
    expect(stepOf('ArrowLeft', false)).toEqual({ x: -0.01, y: 0 });
    expect(stepOf('ArrowDown', true)).toEqual({ x: 0, y: 0.05 });
    expect(stepOf('a', false)).toBeNull();
  });

  it('never leaves the plan', () => {
    expect(moved({ id: 'a', x: 0.99, y: 0.005 }, 0.05, -0.05)).toEqual({ id: 'a', x: 1, y: 0 });
  });

  it('is put where no other is', () => {
    const placed: { id: string; x: number; y: number }[] = [];
    for (let number = 0; number < 200; number += 1) placed.push({ id: String(number), ...freePlace(placed) });
    expect(new Set(placed.map(({ x, y }) => `${String(x)} ${String(y)}`)).size).toBe(200);
  });
});
