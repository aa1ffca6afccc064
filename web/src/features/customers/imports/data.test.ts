import { describe, expect, it } from 'vitest';
import type { CustomerImport } from '@/shared/api/types';
import { isActive, progressOf } from './data';

const one = (values: Partial<CustomerImport>) =>
  ({
    state: 'importing',
    total: 0,
    done: 0,
    rate: 0,
    created: 0,
    taken_back: 0,
    ...values,
  }) as CustomerImport;

describe('how far an import is', () => {
  it('is nothing before the first row', () => {
    expect(progressOf(one({}))).toEqual({ percent: 0, secondsLeft: null });
  });

  it('goes by rows, and the time left by the rate', () => {
    expect(progressOf(one({ total: 1000, done: 250, rate: 50 }))).toEqual({ percent: 25, secondsLeft: 15 });
  });

  it('never passes the end, though the rows were an estimate', () => {
    expect(progressOf(one({ total: 90, done: 100, rate: 50 }))).toEqual({ percent: 100, secondsLeft: 0 });
  });

  it('goes by the customers while they are taken back', () => {
    const back = one({ state: 'taking_back', total: 1000, done: 1000, created: 800, taken_back: 200 });
    expect(progressOf(back)).toEqual({ percent: 25, secondsLeft: null });
  });

  it('is going on while somebody works on it', () => {
    const states = ['uploaded', 'checking', 'checked', 'importing', 'done', 'taking_back'] as const;
    expect(states.filter((state) => isActive({ state }))).toEqual(['checking', 'importing', 'taking_back']);
  });
});
