import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '@/shared/api/client';
import type { AgentLive, Interaction, Page } from '@/shared/api/types';

// What the runtime has told stands in the list a moment later; under load some moments.
const lookAgain = [1_500, 5_000, 15_000];

/** The contacts that I have still to write of, the oldest first. */
export function useOpenSummaries(agent: AgentLive | null) {
  const open = useQuery({
    queryKey: ['me', 'summaries'],
    queryFn: () => api.get<Page<Interaction>>('/me/summaries', { page_size: 100, sort: 'started_at' }),
    enabled: agent !== null,
  });
  const { refetch } = open;
  const moment = agent ? `${agent.state} ${agent.since}` : null;
  useEffect(() => {
    if (!moment) return;
    const timers = lookAgain.map((after) => setTimeout(() => void refetch(), after));
    return () => timers.forEach(clearTimeout);
  }, [moment, refetch]);
  return open;
}
