// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { bars } from './waveform';

describe('bars of a waveform', () => {
  it('keep the loudest point of each stretch', () => {
    expect(bars([0, 0.9, 0, 0, 0.2, 0], 2)).toEqual([0.9, 0.2]);
  });

  it('repeat points when there are fewer than bars', () => {
    expect(bars([0.5], 3)).toEqual([0.5, 0.5, 0.5]);
    expect(bars([], 2)).toEqual([0, 0]);
  });
});
