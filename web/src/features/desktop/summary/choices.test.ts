import { describe, expect, it } from 'vitest';
import type { Disposition, NoteTemplate } from '@/shared/api/types';
import {
  choices,
  expanded,
  filled,
  fitting,
  found,
  initials,
  matches,
  resultOf,
  type Choice,
} from './choices';

const one = (id: string, name: string, parent_id: string | null = null): Disposition => ({
  id,
  name,
  parent_id,
  position: 0,
  retired: false,
});
const tree = [one('c', '投诉'), one('d', '配送', 'c'), one('l', '迟到', 'd'), one('p', '表扬')];
const template = (shortcut: string, text: string, disposition_id: string | null = null): NoteTemplate => ({
  id: shortcut,
  shortcut,
  name: shortcut,
  text,
  queue_id: null,
  disposition_id,
});
const places = {
  customer: '王女士',
  number: '138',
  queue: '话费',
  agent: '李',
  date: '2026-11-30',
  time: '9:00',
};
const all = (some: Choice[]): Choice[] => some.flatMap((each) => [each, ...all(each.children)]);

describe('the tree to choose from', () => {
  it('has levels, and only what has nothing below it can be chosen', () => {
    const found = all(choices(tree, [], '最近'));
    expect(found.map((each) => [each.title, each.selectable])).toEqual([
      ['投诉', false],
      ['配送', false],
      ['迟到', true],
      ['表扬', true],
    ]);
    expect(found.find((each) => each.value === 'l')?.path).toBe('投诉 / 配送 / 迟到');
  });

  it('shows an offered part from its top', () => {
    expect(choices(tree.slice(1, 3), [], '最近').map((each) => each.title)).toEqual(['配送']);
  });

  it('has what was chosen last on top, as the same result', () => {
    const [recent] = choices(tree, ['l', 'gone'], '最近');
    expect(recent?.children.map((each) => each.title)).toEqual(['投诉 / 配送 / 迟到']);
    expect(resultOf(recent?.children[0]?.value ?? '')).toBe('l');
  });
});

describe('typing', () => {
  it('finds by a part of the path and by the initials of Pinyin', () => {
    const late = all(choices(tree, [], '最近')).find((each) => each.value === 'l') as Choice;
    for (const typed of ['迟', '投诉', 'cd', 'tspscd']) expect(matches(typed, late), typed).toBe(true);
    expect(matches('by', late)).toBe(false);
  });

  it('leaves only what can be chosen, once each, with its path', () => {
    const titles = (typed: string) => found(choices(tree, ['l'], '最近'), typed).map((each) => each.title);
    expect(titles('投诉')).toEqual(['投诉 / 配送 / 迟到']);
    expect(titles('b')).toEqual(['表扬']);
    expect(titles('没有')).toEqual([]);
  });

  it('knows the letter of every boundary', () => {
    expect(initials('安北车大饿发高好机开来马你哦怕去人三他我新有在')).toBe('abcdefghjklmnopqrstwxyz');
    expect(initials('Refund 退款')).toBe('tk');
  });
});

describe('texts for notes', () => {
  const templates = [template('cb', '{customer}（{number}）要求回电'), template('late', '已催', 'c')];

  it('fit the chosen result and what is above it', () => {
    expect(fitting(templates, tree, 'l').map((each) => each.shortcut)).toEqual(['cb', 'late']);
    expect(fitting(templates, tree, 'p').map((each) => each.shortcut)).toEqual(['cb']);
    expect(fitting(templates, tree, undefined).map((each) => each.shortcut)).toEqual(['cb']);
  });

  it('are filled in', () => {
    expect(filled('{queue} {date} {time} {agent} {other}', places)).toBe('话费 2026-11-30 9:00 李 {other}');
  });

  it('take the place of their key before the caret', () => {
    expect(expanded('好 /cb 的', 5, templates, places)).toEqual({
      note: '好 王女士（138）要求回电 的',
      caret: '好 王女士（138）要求回电'.length,
    });
    expect(expanded('1/cb', 4, templates, places)).toBeNull();
    expect(expanded('/none', 5, templates, places)).toBeNull();
  });
});
