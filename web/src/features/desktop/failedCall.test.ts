import { describe, expect, it } from 'vitest';
import type { InteractionLive } from '@/shared/api/types';
import { failedNow, type FailedCall } from './failedCall';

const at = '2026-11-30T09:00:00Z';
const soon = Date.parse(at) + 30_000;
const later = Date.parse(at) + 90_000;
const failed = (more: Partial<FailedCall> = {}): FailedCall => ({
  at,
  interaction_id: 'one',
  act: 'call',
  failure: 'busy',
  number: '13800138000',
  name: '',
  comes_back: false,
  ...more,
});
const call = (id: string, room: 'main' | 'beside' = 'main') =>
  ({ id, agent_id: 'me', parties: [{ room, agent_id: 'other' }] }) as InteractionLive;

describe('a call that failed', () => {
  it('is said as long as the same one is in hand', () => {
    expect(failedNow(failed(), call('one'), later)).not.toBeNull();
  });
  it('is said for a while after it', () => {
    expect(failedNow(failed(), null, soon)).not.toBeNull();
    expect(failedNow(failed(), null, later)).toBeNull();
  });
  it('is not said of another call, but of a customer who comes back', () => {
    expect(failedNow(failed(), call('two'), soon)).toBeNull();
    expect(failedNow(failed({ act: 'transfer' }), call('two'), soon)).not.toBeNull();
    expect(failedNow(failed({ act: 'transfer' }), call('two'), later)).toBeNull();
  });
  it('is over when the agent asks the next one', () => {
    expect(failedNow(failed({ act: 'consult' }), call('one', 'beside'), soon)).toBeNull();
  });
  it('was never', () => {
    expect(failedNow(null, call('one'), soon)).toBeNull();
  });
});
