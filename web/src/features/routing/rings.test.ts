// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { AgentGroup, Person, Queue, QueueRouting, Ring } from '@/shared/api/types';
import {
  openings,
  reachableAgents,
  reachOf,
  ringsOf,
  swapped,
  timeLimits,
  timeScale,
  withTime,
} from './rings';

const ring = (part: Partial<Ring> = {}): Ring => ({
  skills: [],
  group_ids: [],
  sites: [],
  queue_ids: [],
  after_seconds: null,
  expected_wait_over: null,
  free_at_most: null,
  ...part,
});
const routing = (part: Partial<QueueRouting>) =>
  ({
    group_ids: [],
    sites: [],
    rings: [],
    agent_order: [],
    tier: 0,
    reserved: 0,
    last_agent_days: 0,
    last_agent_seconds: 0,
    own_agent_seconds: 0,
    ...part,
  }) as QueueRouting;
const queue = (id: string, skill: string, level = 1) =>
  ({ id, name: id, skills: skill ? [{ skill_id: skill, level }] : [] }) as unknown as Queue;
const person = (id: string, levels: Record<string, number>, site = '', disabled = false) =>
  ({
    id: `person-${id}`,
    disabled,
    agent: {
      id,
      site,
      skills: Object.entries(levels).map(([skill, level]) => ({ skill_id: skill, proficiency: level })),
    },
  }) as unknown as Person;

describe('reach', () => {
  const groups: AgentGroup[] = [{ id: 'night', name: 'Night', agent_ids: ['c', 'd'] }];
  const agents = reachableAgents(
    [
      person('a', { billing: 7 }, 'north'),
      person('b', { billing: 3 }, 'south'),
      person('c', { faults: 5 }, 'north'),
      person('d', {}, 'south'),
      person('gone', { billing: 9 }, 'north', true),
      { id: 'admin', disabled: false, agent: null } as unknown as Person,
    ],
    groups,
  );
  const billing = queue('billing', 'billing', 5);
  const faults = queue('faults', 'faults');
  const reach = (own: Queue, part: Partial<QueueRouting>) =>
    reachOf(ringsOf(own, routing(part), [billing, faults]), agents);

  it('counts each agent in the innermost ring that reaches them', () => {
    expect(
      reach(billing, {
        rings: [
          ring({ skills: [{ skill_id: 'billing', level: 1 }] }),
          ring({ queue_ids: ['faults'], group_ids: ['night'] }),
        ],
      }),
    ).toEqual([
      { added: 1, total: 1 },
      { added: 1, total: 2 },
      { added: 2, total: 4 },
    ]);
  });

  it('asks for skill, group and site together', () => {
    expect(reach(faults, { group_ids: ['night'], sites: ['south'] })).toEqual([{ added: 0, total: 0 }]);
    expect(reach(faults, { group_ids: ['night'], sites: ['north', 'south'] })).toEqual([
      { added: 1, total: 1 },
    ]);
  });

  it('is nobody for a queue that asks for nothing, whatever its rings say', () => {
    expect(reach(queue('empty', ''), { rings: [ring({ queue_ids: ['faults'] })] })).toEqual([
      { added: 0, total: 0 },
      { added: 0, total: 0 },
    ]);
  });
});

describe('openings', () => {
  it('follow each other, and a ring without a condition opens with the one inside it', () => {
    expect(openings([ring({ after_seconds: 20 }), ring(), ring({ after_seconds: 60 })])).toEqual([
      { at: 0, kind: 'exact' },
      { at: 20, kind: 'exact' },
      { at: 20, kind: 'exact' },
      { at: 60, kind: 'exact' },
    ]);
  });

  it('know no time behind a ring that only a condition opens', () => {
    expect(
      openings([
        ring({ after_seconds: 20, free_at_most: 0 }),
        ring({ expected_wait_over: 90 }),
        ring({ after_seconds: 60 }),
      ]).map(({ kind }) => kind),
    ).toEqual(['exact', 'latest', 'open', 'open']);
  });
});

describe('the order of rings', () => {
  const rings = [ring({ after_seconds: 20 }), ring({ free_at_most: 1 }), ring({ after_seconds: 60 })];
  const times = (list: Ring[]) => list.map((one) => one.after_seconds);

  it('moves a ring past others when its time does', () => {
    const late = withTime(rings, 0, 90);
    expect(late.index).toBe(2);
    expect(times(late.rings)).toEqual([null, 60, 90]);
    const early = withTime(rings, 2, 5);
    expect(early.index).toBe(0);
    expect(times(early.rings)).toEqual([5, 20, null]);
  });

  it('leaves a ring where it is while the times still go upwards', () => {
    expect(withTime(rings, 0, 45)).toMatchObject({ index: 0 });
    expect(withTime(rings, 2, null)).toMatchObject({ index: 2 });
  });

  it('exchanges neighbours and keeps the times', () => {
    const two = [ring({ after_seconds: 20, sites: ['a'] }), ring({ after_seconds: 60, sites: ['b'] })];
    expect(swapped(two, 0, 1)).toEqual([
      ring({ after_seconds: 20, sites: ['b'] }),
      ring({ after_seconds: 60, sites: ['a'] }),
    ]);
  });

  it('lets a bar be dragged between its neighbours', () => {
    expect(timeLimits(rings, 0)).toEqual([0, 60]);
    expect(timeLimits(rings, 1)).toEqual([20, 60]);
    expect(timeLimits(rings, 2)).toEqual([20, 86_400]);
  });
});

it('marks a time line with round times and room behind the last ring', () => {
  expect(timeScale(0)).toEqual({ end: 30, marks: [0, 5, 10, 15, 20, 25, 30] });
  for (const last of [7, 90, 605, 86_400]) {
    const { end, marks } = timeScale(last);
    expect(end).toBeGreaterThan(last);
    expect(marks.at(-1)).toBe(end);
    expect(marks.length).toBeLessThanOrEqual(9);
  }
});
