import type { AgentCriterion, ItemCriterion } from '@/shared/api/types';

export type AgentKind = AgentCriterion['kind'];
export type ItemKind = ItemCriterion['kind'];

export interface Criterion<Kind extends string> {
  kind: Kind;
  expression: string;
  plugin: string;
}

export const agentKinds: readonly AgentKind[] = [
  'proficiency',
  'longest_idle',
  'fewest_handled',
  'least_loaded',
  'least_occupied',
  'nearest_site',
  'random',
  'expression',
  'plugin',
];

export const itemKinds: readonly ItemKind[] = [
  'real_time',
  'queue_priority',
  'grade',
  'preferred',
  'age',
  'ring',
  'agent_skill',
  'expression',
  'plugin',
];

/** A criterion that says nothing of its own yet. */
export const criterion = <Kind extends string>(kind: Kind): Criterion<Kind> => ({
  kind,
  expression: '',
  plugin: '',
});

/** Those that say something of their own may be there more than once. */
export const speaksForItself = (kind: string) => kind === 'expression' || kind === 'plugin';

const plain = <Kind extends string>(...kinds: Kind[]): Criterion<Kind>[] => kinds.map(criterion);

/** What holds while a tenant sets no order. */
export const platformAgentOrder = plain<AgentKind>('least_loaded', 'longest_idle');
export const platformItemOrder = plain<ItemKind>('real_time', 'queue_priority', 'preferred', 'age');

export function moved<T>(list: T[], from: number, to: number): T[] {
  const one = list[from];
  if (one === undefined || to < 0 || to >= list.length) return list;
  const others = list.filter((_, at) => at !== from);
  return [...others.slice(0, to), one, ...others.slice(to)];
}
