import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
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
  // Their number changes when the agent goes on from a contact, perhaps just before the page was opened.
  const atIt = agent === null || ['engaged', 'wrap_up'].includes(agent.state);
  const was = useRef(true);
  useEffect(() => {
    const goneOn = was.current && !atIt;
    was.current = atIt;
    if (!goneOn) return;
    const timers = lookAgain.map((after) => setTimeout(() => void refetch(), after));
    return () => timers.forEach(clearTimeout);
  }, [atIt, refetch]);
  return open;
}
