import { describe, expect, it } from 'vitest';
import { defaultKeys, keyedActs, keyMap, keyName, keyProblem, ownKeys, pressed, shortKeyName } from './keys';

const none = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };

describe('what was pressed', () => {
  it.each([
    [{ key: 'F2' }, 'F2'],
    [{ key: 'F2', shiftKey: true }, 'Shift+F2'],
    [{ key: 'a', ctrlKey: true, altKey: true }, 'Ctrl+Alt+A'],
    [{ key: 'A', altKey: true, shiftKey: true }, 'Alt+Shift+A'],
    [{ key: '?', shiftKey: true }, '?'],
    [{ key: ' ' }, 'Space'],
    [{ key: 'Shift', shiftKey: true }, null],
    [{ key: 'AltGraph', ctrlKey: true, altKey: true }, null],
  ])('%o is %s', (event, name) => {
    expect(pressed({ ...none, ...event })).toBe(name);
  });
});

describe('the key map', () => {
  it('has no key twice, and none that is taken', () => {
    expect(new Set(Object.values(defaultKeys)).size).toBe(keyedActs.length);
    for (const act of keyedActs) expect(keyProblem(defaultKeys, act, defaultKeys[act])).toBeNull();
  });
  it('keeps what differs alone, and ignores what it does not know', () => {
    const map = keyMap({ hold: 'Alt+H', dance: 'F2' });
    expect(map.hold).toBe('Alt+H');
    expect(map.answer).toBe('F2');
    expect(ownKeys(map)).toEqual({ hold: 'Alt+H' });
    expect(ownKeys(keyMap({}))).toEqual({});
  });
  it.each([
    ['F2', { kind: 'act', act: 'answer' }],
    ['Ctrl+K', { kind: 'fixed', act: 'commands' }],
    ['?', { kind: 'fixed', act: 'keys' }],
    ['Alt+A', { kind: 'program', program: 'WeChat' }],
    ['A', { kind: 'typed' }],
    ['Shift+A', { kind: 'typed' }],
    ['+', { kind: 'typed' }],
    ['F5', { kind: 'browser' }],
    ['Ctrl+W', { kind: 'browser' }],
    ['Ctrl+Shift+T', { kind: 'browser' }],
    ['Meta+F2', { kind: 'browser' }],
    ['Enter', { kind: 'browser' }],
    ['Alt+H', null],
    ['Ctrl+F8', null],
    ['F4', null],
  ])('%s for hold: %o', (key, problem) => {
    expect(keyProblem(keyMap({}), 'hold', key)).toEqual(problem);
  });
  it('is shown with arrows', () => {
    expect(keyName('Alt+ArrowUp')).toBe('Alt+↑');
    expect(shortKeyName('Shift+F7')).toBe('⇧F7');
  });
});
