import { describe, expect, it } from 'vitest';
import { busyPart, shown, signed, timeAt, uncertainty, verdict } from './trial';

const known = (mean: number | null, half: number | null) => ({ mean, half });
const change = (mean: number | null, half: number | null) => ({
  before: known(0.5, 0.1),
  after: known(0.6, 0.1),
  difference: known(mean, half),
});

describe('what a difference says', () => {
  it.each([
    [0.1, 0.05, true, 'better'],
    [0.1, 0.05, false, 'worse'],
    [-0.1, 0.05, false, 'better'],
    [0.1, 0.1, true, 'same'],
    [0, 0, true, 'same'],
    [null, null, true, 'same'],
    [5, null, true, 'same'],
  ] as const)('%s ± %s, rising %s: %s', (mean, half, rising, said) => {
    expect(verdict(change(mean, half), rising)).toBe(said);
  });

  it('is written with its sign, shares in points', () => {
    expect(signed('share', 0.123)).toBe('+12.3');
    expect(signed('share', -0.0004)).toBe('0.0');
    expect(signed('seconds', -4.25)).toBe('−4.3');
    expect(signed('count', 12.4)).toBe('+12');
    expect(signed('share', null)).toBe('–');
  });

  it.each([
    [0, 0, ''],
    [0.0002, 0.0003, ''],
    [0, 0.004, ' ± 0.4'],
    [-0.05, 0.0001, ' ± 0.0'],
    [0.05, null, ''],
  ] as const)('%s ± %s is as uncertain as "%s"', (mean, half, said) => {
    expect(uncertainty('share', change(mean, half).difference)).toBe(said);
  });
});

it('figures are written as what they are', () => {
  expect(shown('share', 0.8)).toBe('80.0%');
  expect(shown('seconds', 75)).toBe('1:15');
  expect(shown('count', 41.6)).toBe('42');
  expect(shown('share', null)).toBe('–');
});

it('times of the day are written with both figures', () => {
  expect(timeAt(0)).toBe('00:00');
  expect(timeAt(9 * 3600 + 1800)).toBe('09:30');
});

it('quiet hours at both ends are cut off', () => {
  expect(busyPart([0, 0, 3, 0, 2, 0])).toEqual([2, 5]);
  expect(busyPart([1])).toEqual([0, 1]);
  expect(busyPart([0, 0])).toEqual([0, 0]);
});
