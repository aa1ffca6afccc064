// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setZone } from '@/shared/format/time';
import { asQuery } from './ownQuery';

const asked = (address: Record<string, string>) => {
  const query = asQuery((name) => address[name] ?? '');
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value));
};

describe('what the list of own customers asks for', () => {
  beforeEach(() => {
    setZone('Asia/Shanghai');
    vi.useFakeTimers();
    vi.setSystemTime('2026-11-25T16:30:00Z'); // Thursday the 26th there
  });
  afterEach(() => void vi.useRealTimers());

  it('is nothing where nothing is chosen, and nothing for what is no choice', () => {
    expect(asked({})).toEqual({});
    expect(asked({ next: 'sometime', called: 'often' })).toEqual({});
  });

  it('has days and weeks of the tenant', () => {
    expect(asked({ called: 'today' })).toEqual({ called_since: '2026-11-25T16:00:00.000Z' });
    expect(asked({ called: 'week' })).toEqual({ called_since: '2026-11-22T16:00:00.000Z' });
    expect(asked({ called: 'notToday' })).toEqual({ not_called_since: '2026-11-25T16:00:00.000Z' });
    vi.setSystemTime('2026-11-29T03:00:00Z'); // a Sunday belongs to the week before
    expect(asked({ called: 'notWeek' })).toEqual({ not_called_since: '2026-11-22T16:00:00.000Z' });
  });

  it('tells a result from a failure, and the type is a field of the tenant', () => {
    expect(asked({ result: 'busy' })).toEqual({ last_failure: 'busy' });
    expect(asked({ result: '0190' })).toEqual({ last_disposition_id: '0190' });
    expect(asked({ type: '意向客户' })).toEqual({ field: 'customer_type', value: '意向客户' });
  });
});
