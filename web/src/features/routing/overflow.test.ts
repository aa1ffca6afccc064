import { describe, expect, it } from 'vitest';
import type { OverflowRule } from '@/shared/api/types';
import { freshRule, latestOf, timeOf, unreached, withTo, withWhen } from './overflow';

const rule = (part: Partial<OverflowRule> = {}): OverflowRule => ({ ...freshRule([]), ...part });

describe('overflow rules', () => {
  it('stand on the time line only when their second is known', () => {
    expect(timeOf(rule({ over: 90 }))).toBe(90);
    expect(timeOf(rule({ when: 'expected_wait', over: 90 }))).toBeNull();
    expect(latestOf([rule({ over: 30 }), rule({ when: 'ahead', over: 500 })])).toBe(30);
    expect(latestOf([])).toBe(0);
  });

  it('begin after those that are there', () => {
    expect(freshRule([]).over).toBe(60);
    expect(freshRule([rule({ over: 120 })]).over).toBe(180);
    expect(freshRule([rule({ over: 86_400 })]).over).toBe(86_400);
  });

  it('keep nothing that belongs to another condition or target', () => {
    const told = rule({ when: 'expression', expression: 'true', prompts: ['night'] });
    expect(withWhen(told, 'ahead')).toMatchObject({ when: 'ahead', over: 10, expression: '' });
    expect(withTo(told, 'number')).toMatchObject({ to: 'number', target: '', prompts: [], callback: null });
    const offered = withTo(told, 'callback');
    expect(offered.callback).toMatchObject({ first: 'agent', most_tries: 3 });
    expect(withTo(offered, 'voicemail').callback).toBeNull();
  });

  it('know which of them is never reached', () => {
    expect(unreached([rule({ over: 60 }), rule({ over: 30 })])).toBeNull();
    expect(unreached([rule({ over: 30 }), rule({ when: 'ahead', over: 99 }), rule({ over: 30 })])).toEqual({
      rule: 2,
      by: 0,
    });
    expect(unreached([rule({ when: 'outside_hours' }), rule({ when: 'outside_hours' })])).toEqual({
      rule: 1,
      by: 0,
    });
    const offered = rule({ over: 30, to: 'callback' });
    expect(unreached([offered, rule({ over: 30 })])).toBeNull();
    expect(unreached([offered, rule({ over: 30 }), rule({ over: 60, to: 'callback' })])).toEqual({
      rule: 2,
      by: 0,
    });
    const judged = (expression: string) => rule({ when: 'expression', expression, over: 0 });
    expect(unreached([judged('a'), judged('b')])).toBeNull();
  });
});
