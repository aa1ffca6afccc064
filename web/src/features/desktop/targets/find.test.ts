import { describe, expect, it } from 'vitest';
import type { AgentNow, QueueNow } from '@/shared/api/types';
import { find, fit, numberTarget, typedNumber, whyNot, type Now, type Target } from './find';

const agent = (number: string, name: string, more: Partial<Target> = {}): Target => ({
  key: `agent:${number}`,
  kind: 'agent',
  id: number,
  number,
  name,
  kinds: [],
  leads: false,
  ...more,
});
const wang = agent('1003', '王小丽', { kinds: ['广州', '专家席', '话费'] });
const zeng = agent('2010', '曾国强');
const liu = agent('10031', '劉德華');
const anybody = { ...agent('', '任一空闲班长'), key: 'supervisor:', kind: 'supervisor', id: '' } as Target;
const bills = { ...agent('', '话费查询'), key: 'queue:q', kind: 'queue', id: 'q' } as Target;
const help = { ...agent('', '密码重置'), key: 'flow:f', kind: 'flow', id: 'f' } as Target;

const standing = (agents: Partial<AgentNow>[], available = 0): Now => ({
  agents: new Map(
    agents.map((one) => [
      one.id ?? '',
      { state: 'available', since: null, reachable: true, ...one } as AgentNow,
    ]),
  ),
  queues: new Map([['q', { id: 'q', agents_available: available } as QueueNow]]),
});

describe('what fits', () => {
  it.each([
    ['王', wang],
    ['小丽', wang],
    ['1003', wang],
    ['10 03', wang],
    ['wxl', wang],
    ['wangxiaoli', wang],
    ['wang xiao', wang],
    ['xiaoli', wang],
    ['zhuanjia', wang],
    ['专家', wang],
    ['gz', wang],
    ['zgq', zeng],
    ['cengguoqiang', zeng],
    ['zeng', zeng],
    ['ldh', liu],
    ['liudehua', liu],
    ['hfcx', bills],
  ])('%s finds its target', (typed, target) => {
    expect(fit(target, typed)).toBeGreaterThan(0);
  });
  it.each(['wzl', '1004', '王丽', 'xyz', '?'])('%s does not', (typed) => {
    expect(fit(wang, typed)).toBe(0);
  });
  it('puts the number itself first, then numbers, names and what is spelt, then kinds of seat', () => {
    const order = ['1003', '100', '王', '小丽', 'wang', 'xiaoli', '专家'].map((typed) => fit(wang, typed));
    expect(order).toEqual([...order].sort((one, other) => other - one));
    expect(new Set(order).size).toBe(order.length);
  });
});

describe('the list', () => {
  const all = [help, liu, wang, zeng, bills, anybody];
  const names = (typed: string, recent: string[], away: Target[] = [], out: Target[] = []) =>
    find(
      all,
      typed,
      recent,
      (one) => !away.includes(one),
      (one) => !out.includes(one),
    ).map((one) => one.name);
  it('has those of late first, then who can be reached', () => {
    expect(names('', ['flow:f', 'agent:2010'], [wang])).toEqual([
      '密码重置',
      '曾国强',
      '任一空闲班长',
      '话费查询',
      '劉德華',
      '王小丽',
    ]);
  });
  it('shows who is signed out when looked for, or chosen lately', () => {
    expect(names('', [], [wang], [wang])).not.toContain('王小丽');
    expect(names('wxl', [], [wang], [wang])).toEqual(['王小丽']);
    expect(names('', ['agent:1003'], [wang], [wang])[0]).toBe('王小丽');
  });
  it('has the very number before those that begin with it, whoever was chosen lately', () => {
    expect(names('1003', ['agent:10031'], [wang])).toEqual(['王小丽', '劉德華']);
  });
});

describe('who can be reached', () => {
  const why = (target: Target, now: Now, leaders: string[] = []) =>
    (['transfer', 'consult', 'call'] as const).map((act) => whyNot(target, act, now, leaders));
  it.each([
    [{}, [null, null, null]],
    [{ state: 'not_ready' }, ['notReady', 'notReady', 'notReady']],
    [{ state: 'engaged' }, [null, 'busy', 'busy']],
    [{ state: 'wrap_up' }, [null, 'busy', 'busy']],
    [{ reachable: false }, [null, 'unreachable', 'unreachable']],
  ] as [Partial<AgentNow>, (string | null)[]][])('an agent with %o', (record, expected) => {
    expect(why(wang, standing([{ id: '1003', ...record }]))).toEqual(expected);
  });
  it.each([
    { state: 'engaged', forwards: 'busy' },
    { state: 'logged_out', forwards: 'no_answer' },
    { state: 'available', forwards: 'always' },
  ] as Partial<AgentNow>[])('who forwards calls can be chosen, as they are: %o', (record) => {
    expect(why(wang, standing([{ id: '1003', ...record }]))).toEqual([null, null, null]);
  });
  it('says of who is not there that they are signed out', () => {
    expect(why(wang, standing([]))).toEqual(['signedOut', 'signedOut', 'signedOut']);
  });
  it('asks of a queue who is free, and sends to it in any case', () => {
    expect(why(bills, standing([], 0)).slice(0, 2)).toEqual([null, 'nobodyFree']);
    expect(why(bills, standing([], 1)).slice(0, 2)).toEqual([null, null]);
  });
  it('waits for a supervisor who takes calls, and asks one who is free', () => {
    const now = standing([{ id: '1', state: 'engaged' }, { id: '2', state: 'not_ready' }, { id: '3' }]);
    expect(why(anybody, now, ['1', '2']).slice(0, 2)).toEqual([null, 'nobodyFree']);
    expect(why(anybody, now, ['2']).slice(0, 2)).toEqual(['noSupervisor', 'nobodyFree']);
    expect(why(anybody, now, ['2', '3']).slice(0, 2)).toEqual([null, null]);
  });
  it('lets flows and numbers be', () => {
    for (const target of [help, numberTarget('13800138000')])
      expect(why(target, standing([]))).toEqual([null, null, null]);
  });
});

describe('a telephone number', () => {
  it.each([
    ['138 0013-8000', '13800138000'],
    ['+86 (20) 8888', '+86208888'],
    ['1', null],
    ['12a', null],
    ['王', null],
  ])('%s is %s', (typed, number) => {
    expect(typedNumber(typed)).toBe(number);
  });
});
