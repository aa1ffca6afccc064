import type { AgentGroup, NeededSkill, Person, Queue, QueueRouting, Ring } from '@/shared/api/types';

/** Who is meant: every skill at its level or better, in one of the groups, at one of the sites. */
export interface Requirement {
  skills: NeededSkill[];
  group_ids: string[];
  sites: string[];
}

export interface ReachableAgent {
  id: string;
  skills: ReadonlyMap<string, number>;
  groups: ReadonlySet<string>;
  site: string;
}

/** The tenant's agents as routing sees them: those who may not sign in any more are not among them. */
export function reachableAgents(people: Person[], groups: AgentGroup[]): ReachableAgent[] {
  return people.flatMap(({ agent, disabled }) =>
    agent && !disabled
      ? {
          id: agent.id,
          skills: new Map(agent.skills.map((one) => [one.skill_id, one.proficiency])),
          groups: new Set(groups.filter((group) => group.agent_ids.includes(agent.id)).map(({ id }) => id)),
          site: agent.site,
        }
      : [],
  );
}

const says = (who: Requirement) => who.skills.length + who.group_ids.length + who.sites.length > 0;

function meets(agent: ReachableAgent, who: Requirement): boolean {
  return (
    who.skills.every((one) => (agent.skills.get(one.skill_id) ?? 0) >= one.level) &&
    (who.group_ids.length === 0 || who.group_ids.some((id) => agent.groups.has(id))) &&
    (who.sites.length === 0 || who.sites.includes(agent.site))
  );
}

/** Whom each ring names, the queue's own agents first. Another queue lends the agents with its skills. */
export function ringsOf(queue: Queue, routing: QueueRouting, queues: Queue[]): Requirement[][] {
  const own: Requirement = { skills: queue.skills, group_ids: routing.group_ids, sites: routing.sites };
  const lent = (id: string) => queues.find((one) => one.id === id)?.skills ?? [];
  return [
    [own],
    ...routing.rings.map((ring) => [
      ring,
      ...ring.queue_ids.map((id) => ({ skills: lent(id), group_ids: [], sites: [] })),
    ]),
  ].map((named) => named.filter(says));
}

export interface Reach {
  /** Agents whom no ring inside reaches. */
  added: number;
  /** Agents of this ring and those inside. */
  total: number;
}

/** How many agents each ring reaches. Without a requirement of its own a queue is served by nobody. */
export function reachOf(rings: Requirement[][], agents: ReachableAgent[]): Reach[] {
  const reached = new Set<string>();
  const served = (rings[0]?.length ?? 0) > 0;
  return rings.map((named) => {
    const before = reached.size;
    if (served) for (const agent of agents) if (named.some((who) => meets(agent, who))) reached.add(agent.id);
    return { added: reached.size - before, total: reached.size };
  });
}

export interface Opening {
  /** Seconds after the arrival; what is drawn. */
  at: number;
  /** `exact`; `latest`: a condition may open it before; `open`: no time is known, a condition alone decides. */
  kind: 'exact' | 'latest' | 'open';
}

const conditional = (ring: Ring) => isSet(ring.expected_wait_over) || isSet(ring.free_at_most);
export const isSet = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined;

/** When each ring opens, the queue's own at once. A ring opens after those inside it, so one of them can hold it up. */
export function openings(rings: Ring[]): Opening[] {
  const found: Opening[] = [{ at: 0, kind: 'exact' }];
  for (const ring of rings) {
    const inside = found.at(-1) ?? { at: 0, kind: 'exact' as const };
    const timed = isSet(ring.after_seconds);
    const own = conditional(ring) ? (timed ? 'latest' : 'open') : 'exact';
    const kinds = [inside.kind, own];
    found.push({
      at: Math.max(inside.at, ring.after_seconds ?? 0),
      kind: kinds.includes('open') ? 'open' : kinds.includes('latest') ? 'latest' : 'exact',
    });
  }
  return found;
}

/** A ring with another time, in the place where the times still go upwards. */
export function withTime(
  rings: Ring[],
  index: number,
  seconds: number | null,
): { rings: Ring[]; index: number } {
  const ring = rings[index];
  if (!ring) return { rings, index };
  const changed = { ...ring, after_seconds: seconds };
  const others = rings.filter((_, at) => at !== index);
  const fits = (place: number) =>
    seconds === null ||
    others.every(
      ({ after_seconds: time }, at) => !isSet(time) || (at < place ? time <= seconds : time >= seconds),
    );
  const places = [...others.keys(), others.length].filter(fits);
  const place = places.reduce(
    (best, one) => (Math.abs(one - index) < Math.abs(best - index) ? one : best),
    places[0] ?? index,
  );
  return { rings: [...others.slice(0, place), changed, ...others.slice(place)], index: place };
}

/** Two neighbours change places; the times stay where they are, so they go on upwards. */
export function swapped(rings: Ring[], index: number, other: number): Ring[] {
  const [one, two] = [rings[index], rings[other]];
  if (!one || !two) return rings;
  return rings.map((ring, at) =>
    at === index
      ? { ...two, after_seconds: one.after_seconds }
      : at === other
        ? { ...one, after_seconds: two.after_seconds }
        : ring,
  );
}

/** How far a ring's time can be moved without passing its neighbours'. */
export function timeLimits(rings: Ring[], index: number): [number, number] {
  const times = (part: Ring[]) => part.map((ring) => ring.after_seconds).filter(isSet);
  return [Math.max(0, ...times(rings.slice(0, index))), Math.min(86_400, ...times(rings.slice(index + 1)))];
}

const steps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];

/** A time line's end and its marks: room behind the last one, and at most eight marks. */
export function timeScale(last: number): { end: number; marks: number[] } {
  const wanted = Math.max(30, last * 1.6);
  const step = steps.find((one) => wanted / one <= 8) ?? 28_800;
  const count = Math.ceil(wanted / step);
  return { end: count * step, marks: Array.from({ length: count + 1 }, (_, at) => at * step) };
}
