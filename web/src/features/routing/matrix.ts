import type { Person } from '@/shared/api/types';

/** Levels that differ from what is stored, by `cell(person, skill)`; 0: the agent has not got the skill. */
export type Changes = ReadonlyMap<string, number>;

export interface Place {
  row: number;
  column: number;
}

/** From where the selection began to where it was extended. */
export interface Selection {
  anchor: Place;
  head: Place;
}

export interface Block {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export const cell = (person: string, skill: string) => `${person} ${skill}`;

export function block({ anchor, head }: Selection): Block {
  return {
    top: Math.min(anchor.row, head.row),
    bottom: Math.max(anchor.row, head.row),
    left: Math.min(anchor.column, head.column),
    right: Math.max(anchor.column, head.column),
  };
}

export const within = ({ top, bottom, left, right }: Block, row: number, column: number) =>
  row >= top && row <= bottom && column >= left && column <= right;

export function stored(person: Person, skill: string): number {
  return person.agent?.skills.find((one) => one.skill_id === skill)?.proficiency ?? 0;
}

export function levelOf(person: Person, skill: string, changes: Changes): number {
  return changes.get(cell(person.id, skill)) ?? stored(person, skill);
}

/** The level in every cell of the block; a cell that is as stored again is no change. */
export function filled(
  changes: Changes,
  rows: Person[],
  skills: string[],
  { top, bottom, left, right }: Block,
  level: number,
): Changes {
  const next = new Map(changes);
  for (const person of rows.slice(top, bottom + 1))
    for (const skill of skills.slice(left, right + 1))
      if (stored(person, skill) === level) next.delete(cell(person.id, skill));
      else next.set(cell(person.id, skill), level);
  return next;
}

/** Digits as they are typed: `1` and then `0` is 10, any other digit begins anew. */
export function typed(digit: string, before: string): string {
  return before === '1' && digit === '0' ? '10' : digit;
}

/** The person as the server wants them, with the levels that changed; everything else as it is there now. */
export function withLevels(person: Person, skills: string[], changes: Changes) {
  const { id, agent, tokens: _tokens, ...account } = person;
  if (!agent) return account;
  const levels = new Map(agent.skills.map((one) => [one.skill_id, one.proficiency]));
  for (const skill of skills) {
    const level = changes.get(cell(id, skill));
    if (level === 0) levels.delete(skill);
    else if (level !== undefined) levels.set(skill, level);
  }
  return {
    ...account,
    agent: {
      number: agent.number,
      phone_kind: agent.phone_kind,
      phone_encryption: agent.phone_encryption,
      site: agent.site,
      capacity_profile_id: agent.capacity_profile_id,
      skills: [...levels].map(([skill, proficiency]) => ({ skill_id: skill, proficiency })),
    },
  };
}

/** Whom the changes concern. */
export function changedPeople(changes: Changes): Set<string> {
  return new Set([...changes.keys()].map((key) => key.split(' ')[0] ?? ''));
}

export function withoutPerson(changes: Changes, person: string): Changes {
  return new Map([...changes].filter(([key]) => !key.startsWith(`${person} `)));
}
