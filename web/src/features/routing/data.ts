import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api } from '@/shared/api/client';
import type { AgentGroup, Person, RoutingStrategy } from '@/shared/api/types';
import { nameOrder } from '@/shared/i18n/order';
import { reachableAgents } from './rings';

/** People under the key that the lists of choices use, so that they are read once. */
export function usePeople() {
  return useQuery({ queryKey: ['/people', 'all'], queryFn: () => all<Person>('/people') });
}

export function useGroups() {
  return useQuery({ queryKey: ['/agent-groups', 'all'], queryFn: () => all<AgentGroup>('/agent-groups') });
}

/** Agents as choices: name and number, by the agent's id. */
export function useAgentOptions() {
  const { data } = usePeople();
  return useMemo(() => {
    const options = (data ?? []).flatMap(({ name, agent }) =>
      agent ? { value: agent.id, label: `${name} ${agent.number}` } : [],
    );
    const names = new Map(options.map(({ value, label }) => [value, label]));
    return { options, nameOf: (id: string | null | undefined) => (id ? (names.get(id) ?? '–') : '–') };
  }, [data]);
}

/** The sites that agents work at, in the order of the alphabet. */
export function useSites(): string[] {
  const { data } = usePeople();
  const { i18n } = useTranslation();
  return useMemo(
    () =>
      [...new Set((data ?? []).map(({ agent }) => agent?.site ?? ''))]
        .filter(Boolean)
        .sort(nameOrder(i18n.language)),
    [data, i18n.language],
  );
}

/** Everybody whom routing can reach; null until it is known. */
export function useReachable() {
  const people = usePeople();
  const groups = useGroups();
  return useMemo(
    () => (people.data && groups.data ? reachableAgents(people.data, groups.data) : null),
    [people.data, groups.data],
  );
}

/** What the operator has installed and can be used for agents, or for callers. */
export function useStrategies(subject: 'agent' | 'interaction'): RoutingStrategy[] {
  const { data } = useQuery({
    queryKey: ['/routing/strategies'],
    queryFn: () => api.get<RoutingStrategy[]>('/routing/strategies'),
    staleTime: Infinity,
  });
  return (data ?? []).filter((one) => one.subjects.includes(subject));
}
