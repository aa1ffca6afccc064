import { describe, expect, it } from 'vitest';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { lostUntil, type Party } from './parties';
import { ownParty } from './useReturn';

const soon = '2026-11-29T09:00:30Z';
const me = { id: 'me' } as AgentLive;

function call(state: InteractionLive['state'], own: Partial<Party>, agent_id: string | null = 'other') {
  return {
    state,
    agent_id,
    line_lost_until: null,
    parties: [
      { leg_id: 'own', role: 'customer', state: 'in', agent_id: 'me', lost_until: null, ...own },
      { leg_id: 'theirs', role: 'agent', state: 'in', agent_id: 'other', lost_until: null },
    ],
  } as unknown as InteractionLive;
}

describe('the party whose phone is waited for', () => {
  it('is the colleague who is called, a supervisor, and the agent at hand', () => {
    for (const role of ['customer', 'supervisor'] as const)
      expect(ownParty(call('connected', { role }), me)?.leg_id).toBe('own');
    expect(ownParty(call('held', { role: 'agent' }, 'me'), me)?.leg_id).toBe('own');
  });

  it('is not who is asked beside, nor who is not in it', () => {
    expect(ownParty(call('connected', { role: 'agent' }), me)).toBeNull();
    expect(ownParty(call('connected', { agent_id: 'somebody' }), me)).toBeNull();
    expect(ownParty(null, me)).toBeNull();
  });

  it('is waited for in a call that was handed on to a number, if it is lost', () => {
    expect(ownParty(call('transferred', { state: 'lost', lost_until: soon }, null), me)?.leg_id).toBe('own');
    expect(ownParty(call('transferred', {}, null), me)).toBeNull();
    expect(ownParty(call('wrap_up', { lost_until: soon }), me)).toBeNull();
  });
});

describe('until when a call waits', () => {
  it('is said of the agent at hand before the colleague who is called', () => {
    const lost = call('connected', { lost_until: soon });
    expect(lostUntil(lost)).toBe(soon);
    expect(lostUntil({ ...lost, line_lost_until: '2026-11-29T09:00:10Z' })).toBe('2026-11-29T09:00:10Z');
  });

  it('is nothing of a supervisor, nor where nobody is lost', () => {
    expect(lostUntil(call('connected', { role: 'supervisor', lost_until: soon }))).toBeNull();
    expect(lostUntil(call('connected', {}))).toBeNull();
  });
});
