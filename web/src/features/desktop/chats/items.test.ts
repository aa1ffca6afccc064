import { describe, expect, it } from 'vitest';
import type { ChatPhrase, InteractionLive } from '@/shared/api/types';
import { fitting, nextItem, stageOf } from './items';

describe('the stage of a chat', () => {
  const chat = (state: string, more: Partial<InteractionLive> = {}) =>
    ({ state, agent_id: 'me', wrapping_agent_ids: [], ...more }) as unknown as InteractionLive;
  it('is the reader’s own', () => {
    expect(stageOf(chat('offered'), 'me')).toBe('offered');
    expect(stageOf(chat('connected'), 'me')).toBe('connected');
    expect(stageOf(chat('wrap_up', { wrapping_agent_ids: ['me'] }), 'me')).toBe('wrap_up');
    // It was transferred: another agent talks, this one still writes it up.
    const passed = { agent_id: 'other', wrapping_agent_ids: ['me'] };
    expect(stageOf(chat('connected', passed), 'me')).toBe('wrap_up');
    expect(stageOf(chat('queued', { agent_id: null, wrapping_agent_ids: ['me'] }), 'me')).toBe('wrap_up');
  });
});

describe('canned phrases', () => {
  const phrase = (shortcut: string, language: string, queue_id: string | null = null, text = '…') =>
    ({ id: shortcut + language, shortcut, language, queue_id, text }) as ChatPhrase;
  const all = [
    phrase('bye', 'zh-CN'),
    phrase('hello', 'en'),
    phrase('hello', 'zh-CN'),
    phrase('hi', 'zh-CN', 'q1'),
    phrase('hi', 'zh-CN', 'q2'),
    phrase('wait', 'zh-CN', null, 'hi, one moment'),
  ];
  const names = (typed: string) => fitting(all, typed, 'zh-CN', 'q1').map((one) => one.id);
  it('are found by shortcut and text; the language, the shortcut and the queue put them in order', () => {
    expect(names('h')).toEqual(['hizh-CN', 'hellozh-CN', 'waitzh-CN', 'helloen']);
    expect(names('HELLO')).toEqual(['hellozh-CN', 'helloen']);
    expect(names('nothing')).toEqual([]);
    expect(names('')).toHaveLength(5);
  });
});

describe('the next item', () => {
  it('goes round', () => {
    expect(nextItem(['a', 'b'], 'a', 1)).toBe('b');
    expect(nextItem(['a', 'b'], 'b', 1)).toBe('a');
    expect(nextItem(['a', 'b'], 'a', -1)).toBe('b');
    expect(nextItem(['a', 'b'], 'gone', 1)).toBe('a');
    expect(nextItem(['a', 'b'], null, -1)).toBe('b');
    expect(nextItem([], 'a', 1)).toBeNull();
  });
});
