import { describe, expect, it } from 'vitest';
import type { IndicatorSettings } from '@/shared/api/types';
import { indicatorsOf, levelOf } from './indicators';

const sums = (entered: number, answered: number, inService: number, lost: number, within: number[]) => ({
  recent: { entered, answered, abandoned: 0, in_service: inService, lost, within },
});

describe('the indicators of several queues', () => {
  it('are sums over sums', () => {
    const found = indicatorsOf([sums(8, 8, 8, 0, [2, 4]), sums(2, 0, 0, 2, [0, 0]), { recent: null }], 2);
    expect(found).toEqual({ entered: 10, serviceLevel: 0.8, loss: 0.2, answerRate: 0.8, within: [0.2, 0.4] });
  });

  it('are unknown while nobody entered', () => {
    expect(indicatorsOf([], 1)).toEqual({
      entered: 0,
      serviceLevel: null,
      loss: null,
      answerRate: null,
      within: [null],
    });
  });
});

describe('the level of an indicator', () => {
  const settings = {
    bounds: { service_level: { amber: 0.8, red: 0.7 }, loss: { amber: 0.05, red: null } },
  } as unknown as IndicatorSettings;

  it.each([
    ['service_level', 0.8, 'calm'],
    ['service_level', 0.79, 'amber'],
    ['service_level', 0.69, 'red'],
    ['loss', 0.05, 'calm'],
    ['loss', 0.5, 'amber'],
    ['loss', null, 'calm'],
    ['waiting', 90, 'calm'],
  ] as const)('of %s at %s is %s', (name, value, level) => {
    expect(levelOf(settings, name, value)).toBe(level);
  });
});
