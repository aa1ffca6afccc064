import { describe, expect, it } from 'vitest';
import type { InteractionLive } from '@/shared/api/types';
import {
  asker,
  consulted,
  guests,
  handedNotes,
  inConference,
  mutedByHost,
  type Party,
  seenBy,
} from './parties';

function party(leg_id: string, more: Partial<Party>): Party {
  return {
    leg_id,
    role: 'agent',
    state: 'in',
    room: 'main',
    since: '2026-11-29T09:00:00Z',
    agent_id: null,
    number: '',
    name: '',
    muted: false,
    self_muted: false,
    note: '',
    ...more,
  };
}

function held(asked: Partial<Party>, room: Party['room'] = 'beside'): InteractionLive {
  return {
    id: 'i',
    state: 'held',
    agent_id: 'a1',
    held: true,
    muted: true,
    queued_at: '2026-11-29T08:00:00Z',
    parties: [
      party('c', { role: 'customer', state: 'held' }),
      party('1', { agent_id: 'a1', room }),
      party('2', { agent_id: 'a2', room, ...asked }),
    ],
  } as unknown as InteractionLive;
}

describe('parties', () => {
  it('has what colleagues have written, and not what one has written oneself', () => {
    const at = '2026-11-29T08:30:00Z';
    const sent = [
      { at, from_agent: 'a1', from_name: 'Li', note: 'wants a refund' },
      { at, from_agent: 'a2', from_name: 'Wang', note: 'my own' },
      { at, from_agent: 'a3', from_name: 'Zhao', note: '' },
    ];
    const written = [
      { at, agent_id: 'a1', name: 'Li', result: 'Complaint', note: '' },
      { at, agent_id: 'a2', name: 'Wang', result: 'Bill', note: 'mine' },
    ];
    const call = { ...held({ note: 'may I?' }), transfers: sent, written } as unknown as InteractionLive;
    call.parties = call.parties.map((one) => (one.agent_id === 'a1' ? { ...one, name: 'Li' } : one));
    expect(handedNotes(call, 'a2').map((one) => [one.name, one.text, one.result])).toEqual([
      ['Li', 'wants a refund', undefined],
      ['Li', 'may I?', undefined],
      ['Li', '', 'Complaint'],
    ]);
    expect(handedNotes(call, 'a1').map((one) => one.text)).toEqual(['my own', 'mine']);
  });
  it('shows a colleague who is called who calls', () => {
    const call = {
      id: 'i',
      state: 'dialling',
      direction: 'internal',
      agent_id: 'a1',
      caller: '1002',
      called: '1001',
      caller_name: 'Bo',
      parties: [
        party('1', { agent_id: 'a1', number: '1001', name: 'An' }),
        party('2', { agent_id: 'a2', role: 'customer', state: 'calling', number: '1002', name: 'Bo' }),
      ],
    } as unknown as InteractionLive;
    expect(seenBy(call, 'a1')).toBe(call);
    expect(seenBy(call, 'a2')).toMatchObject({
      state: 'offered',
      caller: '1001',
      called: '1002',
      caller_name: 'An',
    });
  });

  it('tells who is asked from who is in the conference', () => {
    expect(consulted(held({ state: 'calling' }))?.leg_id).toBe('2');
    expect(guests(held({ state: 'calling' }))).toEqual([]);
    expect(consulted(held({}, 'main'))).toBeNull();
    expect(guests(held({}, 'main')).map((one) => one.leg_id)).toEqual(['2']);
  });

  it('finds whom the agent left to talk with the customer', () => {
    const back = held({ state: 'held' });
    back.parties[1] = party('1', { agent_id: 'a1' });
    expect(consulted(back)?.leg_id).toBe('2');
  });

  it('names the agent who asks to who is asked alone', () => {
    expect(asker(held({}), 'a2')?.leg_id).toBe('1');
    expect(asker(held({}), 'a1')).toBeNull();
    expect(asker(held({}), 'a3')).toBeNull();
    expect(inConference(held({}), 'a2')).toBe(false);
    expect(inConference(held({}, 'main'), 'a2')).toBe(true);
  });

  it('is an offer for who is being asked, and then their call', () => {
    expect(seenBy(held({ state: 'calling' }), 'a2').state).toBe('offered');
    const talking = seenBy(held({}), 'a2');
    expect([talking.state, talking.held, talking.muted]).toEqual(['connected', false, false]);
    expect(talking.connected_at).toBe('2026-11-29T09:00:00Z');
    expect(seenBy(held({ self_muted: true }), 'a2').muted).toBe(true);
    expect(mutedByHost(held({ self_muted: true }), 'a2')).toBe(false);
    expect(mutedByHost(held({ muted: true }), 'a2')).toBe(true);
    expect(mutedByHost(held({ muted: true }), 'a1')).toBe(false);
    expect(seenBy(held({}), 'a1').state).toBe('held');
    expect(seenBy(held({}), 'a3').state).toBe('held');
  });
});
