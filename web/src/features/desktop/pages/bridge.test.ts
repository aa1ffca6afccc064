import { describe, expect, it } from 'vitest';
import { answerOf, asked, eventOf, longestNote, told } from './bridge';

describe('what a page asks for', () => {
  it('is taken when it is one of ours', () => {
    expect(asked({ hujiao: 1, type: 'ready' })).toEqual({ type: 'ready' });
    expect(asked({ hujiao: 1, type: 'dial', id: 'a', number: ' 10086 ' })).toEqual({
      type: 'dial',
      id: 'a',
      number: '10086',
    });
    expect(asked({ hujiao: 1, type: 'note', id: 'a', text: 'Order 1', more: 1 })).toEqual({
      type: 'note',
      id: 'a',
      text: 'Order 1',
    });
    expect(asked({ hujiao: 1, type: 'open', id: 'a', page: 'Orders' })).not.toBeNull();
  });
  it.each([
    null,
    'ready',
    { type: 'ready' },
    { hujiao: 2, type: 'ready' },
    { hujiao: '1', type: 'ready' },
    { hujiao: 1, type: 'hang_up', id: 'a' },
    { hujiao: 1, type: 'dial', number: '10086' },
    { hujiao: 1, type: 'dial', id: 'a', number: 10086 },
    { hujiao: 1, type: 'dial', id: 'a', number: '1'.repeat(41) },
    { hujiao: 1, type: 'note', id: 'a', text: '  ' },
    { hujiao: 1, type: 'note', id: 'a', text: 'x'.repeat(longestNote + 1) },
    { hujiao: 1, type: 'open', id: 'a', page: {} },
  ])('is left alone otherwise: %j', (data) => expect(asked(data)).toBeNull());
});

describe('what a page is told', () => {
  it('carries the version', () => {
    expect(told({ type: 'offered', parameters: { caller: '1' } })).toEqual({
      hujiao: 1,
      type: 'offered',
      parameters: { caller: '1' },
    });
    expect(told(answerOf('Orders', { outcome: 'ok', values: { a: 1 }, rows: [{ b: 2 }] }))).toEqual({
      hujiao: 1,
      type: 'answer',
      source: 'Orders',
      outcome: 'ok',
      values: { a: 1 },
      rows: [{ b: 2 }],
    });
  });
  it('follows the call', () => {
    expect(eventOf({ state: 'offered' }, false)).toBe('offered');
    expect(eventOf({ state: 'held' }, false)).toBe('connected');
    expect(eventOf({ state: 'connected' }, true)).toBe('ended');
    expect(eventOf(null, false)).toBe('ended');
  });
});
