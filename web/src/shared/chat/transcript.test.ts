// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { type ChatMessage, nothingSaid, openChoices, pieces, pushed, read } from './transcript';

const message = (number: number, more: Partial<ChatMessage> = {}): ChatMessage => ({
  number,
  at: '2026-11-29T08:00:00Z',
  from: 'agent',
  name: '',
  kind: 'text',
  text: `${number}`,
  ...more,
});
const numbers = (messages: readonly ChatMessage[]) => messages.map((one) => one.number);

describe('a transcript', () => {
  it('takes each message once, in order, whichever way it comes', () => {
    const first = read(nothingSaid, [message(2), message(1)]);
    expect(numbers(first.messages)).toEqual([1, 2]);
    const again = pushed(first, message(2));
    expect(again).toBe(first);
    const next = pushed(first, message(3));
    expect(next !== 'gap' && numbers(next.messages)).toEqual([1, 2, 3]);
    expect(read(first, [message(1), message(2)])).toBe(first);
  });

  it('sees that something is missing', () => {
    const one = read(nothingSaid, [message(1)]);
    expect(pushed(one, message(3))).toBe('gap');
    const whole = read(one, [message(2), message(3)]);
    expect(whole.known).toBe(3);
    expect(pushed(whole, message(3))).toBe(whole);
    expect(pushed(whole, message(4))).not.toBe('gap');
  });

  it('has what was whispered after its message, also when more was said meanwhile', () => {
    const two = read(nothingSaid, [message(1), message(2)]);
    const late = pushed(two, message(1, { part: 1, kind: 'whisper' }));
    expect(late !== 'gap' && late.messages.map(({ number, part = 0 }) => [number, part])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    expect(late !== 'gap' && late.known).toBe(2);
    expect(late !== 'gap' && pushed(late, message(1, { part: 1 }))).toBe(late);
    expect(pushed(two, message(3, { part: 1 }))).toBe('gap');
  });

  it('offers the choices of the last question until the visitor answers', () => {
    const question = message(2, { kind: 'choices', choices: [{ value: '1', label: 'A' }] });
    expect(openChoices([message(1), question])).toBe(2);
    expect(openChoices([question, message(3, { from: 'flow' })])).toBe(2);
    expect(openChoices([question, message(3, { from: 'visitor' })])).toBeNull();
    expect(openChoices([])).toBeNull();
  });
});

describe('pieces of a text', () => {
  it('has addresses of the web apart, without what follows them in the sentence', () => {
    expect(pieces('see https://a.example/x?b=1, and (http://b.example).')).toEqual([
      { text: 'see ' },
      { text: 'https://a.example/x?b=1', href: 'https://a.example/x?b=1' },
      { text: ', and (' },
      { text: 'http://b.example', href: 'http://b.example' },
      { text: ').' },
    ]);
    expect(pieces('请看https://a.example/单，谢谢')[1]?.href).toBe('https://a.example/单');
    expect(pieces('https://a.example/x（更新有延迟）')[0]?.href).toBe('https://a.example/x');
  });

  it('makes no link of anything else', () => {
    for (const text of ['javascript:alert(1)', 'data:text/html,x', '<a href=x>', ''])
      expect(pieces(text)).toEqual([{ text }]);
  });
});
