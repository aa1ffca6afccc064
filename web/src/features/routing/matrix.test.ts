// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Person } from '@/shared/api/types';
import { moved } from './criteria';
import { block, cell, changedPeople, filled, levelOf, typed, withLevels, withoutPerson } from './matrix';

const person = (id: string, levels: Record<string, number>): Person => ({
  id,
  login: id,
  name: id,
  role: 'agent',
  language: null,
  disabled: false,
  project_ids: ['p'],
  tokens: 0,
  agent: {
    id: `agent-${id}`,
    number: '1001',
    phone_kind: 'phone',
    phone_encryption: 'required',
    sip_user: 'secret',
    has_phone_secret: true,
    site: 'north',
    capacity_profile_id: null,
    skills: Object.entries(levels).map(([skill, level]) => ({ skill_id: skill, proficiency: level })),
  },
});
const rows = [person('a', { x: 3 }), person('b', {}), person('c', { y: 9 })];
const skills = ['x', 'y', 'z'];
const none = new Map<string, number>();

describe('filling', () => {
  const chosen = block({ anchor: { row: 1, column: 1 }, head: { row: 0, column: 0 } });

  it('sets every cell of the block, from whichever corner it was chosen', () => {
    const changes = filled(none, rows, skills, chosen, 5);
    expect(rows.map((one) => skills.map((skill) => levelOf(one, skill, changes)))).toEqual([
      [5, 5, 0],
      [5, 5, 0],
      [0, 9, 0],
    ]);
    expect(changedPeople(changes)).toEqual(new Set(['a', 'b']));
  });

  it('leaves no change where the level is as stored', () => {
    const changes = filled(none, rows, skills, chosen, 3);
    expect(changes.has(cell('a', 'x'))).toBe(false);
    const back = filled(
      filled(changes, rows, skills, chosen, 0),
      rows,
      skills,
      block({ anchor: { row: 0, column: 0 }, head: { row: 0, column: 0 } }),
      3,
    );
    expect(changedPeople(back).size).toBe(0);
  });

  it('forgets a person who was saved', () => {
    const changes = filled(none, rows, skills, chosen, 5);
    expect(changedPeople(withoutPerson(changes, 'a'))).toEqual(new Set(['b']));
  });
});

it('reads digits as they are typed', () => {
  expect(typed('1', '')).toBe('1');
  expect(typed('0', '1')).toBe('10');
  expect(typed('0', '10')).toBe('0');
  expect(typed('7', '1')).toBe('7');
});

it('sends the person as read, with the changed levels only', () => {
  const now = person('c', { y: 9, new: 2 });
  const changes = new Map([
    [cell('c', 'x'), 4],
    [cell('c', 'y'), 0],
    [cell('a', 'z'), 8],
  ]);
  expect(withLevels(now, skills, changes)).toEqual({
    login: 'c',
    name: 'c',
    role: 'agent',
    language: null,
    disabled: false,
    project_ids: ['p'],
    agent: {
      number: '1001',
      phone_kind: 'phone',
      phone_encryption: 'required',
      site: 'north',
      capacity_profile_id: null,
      skills: [
        { skill_id: 'new', proficiency: 2 },
        { skill_id: 'x', proficiency: 4 },
      ],
    },
  });
});

it('moves one of a list and stays inside it', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(moved(['a', 'b'], 1, 2)).toEqual(['a', 'b']);
});
