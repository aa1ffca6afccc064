import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { all } from '@/shared/api/client';
import type { AgentLive, Named } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { nameOrder } from '@/shared/i18n/order';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';
import { floorOrder } from './activities';
import { useHearable } from './hearable';

/** The agents whom the address asks for, and those of them in the wanted states; null while it is asked who may be
 * heard. */
export function useFloorAgents(): { found: AgentLive[]; shown: AgentLive[] } | null {
  const agents = useLive((state) => state.view.agents);
  const { text, list } = useAddressState();
  const wanted = text('q').trim().toLowerCase();
  const queueId = text('queue');
  const states = list('state').join();
  const [kind, of] = text('of').split(':');
  const unheard = text('unheard') !== '';
  const filtered = useRight('supervision.listen') && (Boolean(of) || unheard);
  const hearable = useHearable(
    { ...(of ? { [`${kind}_id`]: of } : {}), ...(unheard ? { unheard } : {}) },
    filtered,
  );
  return useMemo(() => {
    if (filtered && hearable === null) return null;
    const heard = new Set(hearable?.map((one) => one.id));
    const found = [...agents.values()]
      .filter((agent) => !filtered || heard.has(agent.id))
      .filter((agent) => !queueId || agent.queue_ids.includes(queueId))
      .filter(
        (agent) => !wanted || agent.name.toLowerCase().includes(wanted) || agent.number.includes(wanted),
      )
      .sort(floorOrder);
    const chosen = new Set(states.split(','));
    return { found, shown: states ? found.filter((agent) => chosen.has(agent.activity)) : found };
  }, [agents, filtered, hearable, queueId, states, wanted]);
}

const nothing: Named[] = [];

export interface Team {
  id: string;
  name: string;
  agents: AgentLive[];
}

/** The agents by what they belong to; who belongs to nothing comes last. One of several is in each. */
export function teamsOf(
  agents: AgentLive[],
  known: { id: string; name: string }[],
  idsOf: (agent: AgentLive) => readonly string[],
): Team[] {
  const teams = new Map<string, Team>(known.map(({ id, name }) => [id, { id, name, agents: [] }]));
  const rest: Team = { id: '', name: '', agents: [] };
  for (const agent of agents) {
    const own = idsOf(agent).flatMap((id) => teams.get(id) ?? []);
    for (const team of own.length > 0 ? own : [rest]) team.agents.push(agent);
  }
  return [...teams.values(), rest].filter((team) => team.agents.length > 0);
}

/** The agents by 班组, or by queue; null while the groups are being read. */
export function useTeams(agents: AgentLive[], by: 'teams' | 'queues'): Team[] | null {
  const { i18n } = useTranslation();
  const reads = useRight('config.read');
  const groups = useQuery({
    queryKey: ['/agent-groups', 'all'],
    queryFn: () => all<Named>('/agent-groups'),
    enabled: reads && by === 'teams',
  });
  const named = groups.data ?? (groups.isLoading ? null : nothing);
  const queues = useLive((state) => state.view.queues);
  return useMemo(() => {
    const order = nameOrder(i18n.language);
    const known = by === 'teams' ? named : [...queues.values()];
    if (!known) return null;
    const sorted = [...known].sort((a, b) => order(a.name, b.name));
    return teamsOf(agents, sorted, (agent) => (by === 'teams' ? agent.group_ids : agent.queue_ids));
  }, [agents, by, named, queues, i18n.language]);
}
