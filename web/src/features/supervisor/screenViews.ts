import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo } from 'react';
import { api } from '@/shared/api/client';
import type { Page, ScreenView } from '@/shared/api/types';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';

type ByAgent = ReadonlyMap<string, ScreenView[]>;

const path = '/screen-views';
// One whose server was lost is told to nobody when it ends.
const againMilliseconds = 30_000;
const none: ScreenView[] = [];

/** Asked once for all cards. */
export const ScreenViewsContext = createContext<ByAgent>(new Map());

/** Who looks at whose screen now, by agent, for those who may look themselves; asked anew as soon as it has changed. */
export function useScreenViews(): ByAgent {
  const queries = useQueryClient();
  const may = useRight('supervision.screen');
  const changes = useLive((state) => state.screenViews);
  useEffect(() => void queries.invalidateQueries({ queryKey: [path] }), [changes, queries]);
  const { data } = useQuery({
    queryKey: [path, 'now'],
    queryFn: () => api.get<Page<ScreenView>>(path, { now: true, page_size: 100 }),
    enabled: may,
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.data?.items.length ? againMilliseconds : false),
  });
  return useMemo(() => {
    const found = new Map<string, ScreenView[]>();
    for (const one of data?.items ?? none) found.set(one.agent_id, [...(found.get(one.agent_id) ?? []), one]);
    return found;
  }, [data]);
}

export function useScreenViewsOf(agentId: string): ScreenView[] {
  return useContext(ScreenViewsContext).get(agentId) ?? none;
}
