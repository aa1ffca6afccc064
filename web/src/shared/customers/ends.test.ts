import { describe, expect, it } from 'vitest';
import { ends, made } from './ends';

const call = { caller: '13800138000', called: '4001', agent_id: 'me' };

describe('the ends of a call', () => {
  it('has whom the agent called as called', () => {
    for (const direction of ['outbound', 'internal'])
      expect(ends({ ...call, direction })).toEqual({ caller: '4001', called: '13800138000' });
    for (const direction of ['inbound', 'callback'])
      expect(ends({ ...call, direction })).toEqual({ caller: '13800138000', called: '4001' });
  });

  it('is made by who called a number or a colleague', () => {
    expect(made({ ...call, direction: 'internal' }, 'me')).toBe(true);
    expect(made({ ...call, direction: 'internal' }, 'other')).toBe(false);
    expect(made({ ...call, direction: 'outbound' }, 'other')).toBe(true);
    expect(made({ ...call, direction: 'inbound' }, 'me')).toBe(false);
  });
});
