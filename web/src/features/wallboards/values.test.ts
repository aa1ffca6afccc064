import { describe, expect, it } from 'vitest';
import { levelAfter, linesOf, written } from './values';

describe('values of tiles', () => {
  it('are written as what they are', () => {
    expect(written('waiting', 3)).toBe('3');
    expect(written('loss', 0.125)).toBe('12.5%');
    expect(written('expected_wait', 75)).toBe('1:15');
    expect(written('service_level', null)).toBe('–');
  });

  it('are late by their bounds', () => {
    expect(levelAfter(9, { amber: 10, red: 20 })).toBe('calm');
    expect(levelAfter(10, { amber: 10, red: 20 })).toBe('amber');
    expect(levelAfter(20, { amber: 10, red: 20 })).toBe('red');
    expect(levelAfter(500, { amber: null })).toBe('calm');
  });

  it('are lines with gaps', () => {
    expect(linesOf([0, 2, 4], 4)).toEqual(['0.00,100.00 50.00,50.00 100.00,0.00']);
    expect(linesOf([1, null, 1], 1)).toEqual(['0.00,0.00 0.00,0.00', '100.00,0.00 100.00,0.00']);
    expect(linesOf([null, null], 1)).toEqual([]);
  });
});
