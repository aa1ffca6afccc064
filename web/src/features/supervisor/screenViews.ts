import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '@/shared/api/client';
import type { Page, ScreenView } from '@/shared/api/types';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';

const path = '/screen-views';
// One whose server was lost is told to nobody when it ends.
const againMilliseconds = 30_000;

/** Who looks at this agent's screen now, for those who may look themselves. */
export function useScreenViewsNow(agentId: string): ScreenView[] {
  const may = useRight('supervision.screen');
  const { data } = useQuery({
    queryKey: [path, 'now'],
    queryFn: () => api.get<Page<ScreenView>>(path, { now: true, page_size: 100 }),
    enabled: may,
    staleTime: Infinity,
    select: ({ items }) => items.filter((one) => one.agent_id === agentId),
    refetchInterval: ({ state }) => (state.data?.items.length ? againMilliseconds : false),
  });
  return data ?? none;
}

const none: ScreenView[] = [];

/** Asks anew for who looks, and who has looked, as soon as that has changed. */
export function useScreenViewsAnew(): void {
  const queries = useQueryClient();
  const changes = useLive((state) => state.screenViews);
  useEffect(() => void queries.invalidateQueries({ queryKey: [path] }), [changes, queries]);
}
