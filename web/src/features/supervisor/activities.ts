import type { Activity, AgentLive, InteractionLive } from '@/shared/api/types';

/** In the order in which a supervisor looks at them. */
export const activities: Activity[] = [
  'idle',
  'ringing',
  'talking',
  'outbound',
  'three_way',
  'held',
  'chatting',
  'wrap_up',
  'not_ready',
  'break',
  'supervising',
  'logged_out',
];

const place = new Map(activities.map((activity, at) => [activity, at]));

/** By what they do, then by number. */
export function floorOrder(one: AgentLive, other: AgentLive): number {
  const apart = (place.get(one.activity) ?? 0) - (place.get(other.activity) ?? 0);
  return apart || (one.number < other.number ? -1 : Number(one.number > other.number));
}

export const activityColours: Record<Activity, string> = {
  logged_out: 'var(--hj-logged-out)',
  idle: 'var(--hj-available)',
  chatting: 'var(--hj-engaged)',
  ringing: 'var(--hj-reserved)',
  talking: 'var(--hj-engaged)',
  outbound: 'var(--hj-engaged)',
  three_way: 'var(--hj-engaged)',
  held: 'var(--hj-engaged)',
  supervising: 'var(--hj-engaged)',
  wrap_up: 'var(--hj-wrap-up)',
  not_ready: 'var(--hj-not-ready)',
  break: 'var(--hj-not-ready)',
};

/** How many do what; only what somebody does. */
export function counted(agents: Iterable<AgentLive>): { activity: Activity; number: number }[] {
  const numbers = new Map<Activity, number>();
  for (const { activity } of agents) numbers.set(activity, (numbers.get(activity) ?? 0) + 1);
  return activities.flatMap((activity) => {
    const number = numbers.get(activity);
    return number ? [{ activity, number }] : [];
  });
}

export type Monitoring = 'listen' | 'coach' | 'barge';

const loudest: Monitoring[] = ['barge', 'coach', 'listen'];

/** How supervisors are in the agent's call: of several who is heard by most; null: nobody is. */
export function monitoredBy(agent: AgentLive, call: InteractionLive | null): Monitoring | null {
  const modes = call?.parties
    .filter((party) => party.role === 'supervisor' && party.state === 'in' && party.agent_id !== agent.id)
    .map((party) => party.mode);
  return loudest.find((mode) => modes?.includes(mode)) ?? null;
}

const known = new WeakMap<ReadonlyMap<string, InteractionLive>, Map<string, number>>();

/** How many customers each agent has parked; counted once for all who ask of the same calls. */
export function parkedBy(calls: ReadonlyMap<string, InteractionLive>): Map<string, number> {
  let counts = known.get(calls);
  if (!counts) {
    counts = new Map();
    for (const { parked } of calls.values()) {
      if (parked) counts.set(parked.by_agent, (counts.get(parked.by_agent) ?? 0) + 1);
    }
    known.set(calls, counts);
  }
  return counts;
}
