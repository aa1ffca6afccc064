import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { AbsentAgent, Page, QueueSuggestion, SuggestionOutcome } from '@/shared/api/types';
import { useLive } from '@/shared/live/hooks';

/** What is suggested now (`applied` false), or what was applied; asked again when the server says that some changed. */
export function useSuggestions(applied: boolean, page = 1, size = 50) {
  const changes = useLive((state) => state.alarms);
  return useQuery({
    queryKey: ['queue suggestions', applied, page, size, changes],
    queryFn: () => api.get<Page<QueueSuggestion>>('/queue-suggestions', { applied, page, page_size: size }),
    placeholderData: (previous, query) => (query?.queryKey[1] === applied ? previous : undefined),
  });
}

/** Who could be called in for a queue; asked when somebody looks. */
export function useAbsentAgents(queueId: string, enabled: boolean) {
  return useQuery({
    queryKey: ['absent agents', queueId],
    queryFn: () => api.get<AbsentAgent[]>(`/queues/${queueId}/absent-agents`),
    enabled,
    staleTime: 30_000,
  });
}

/** What it does to the queues to ask these helpers. */
export function outcomesOf(suggestion: QueueSuggestion, agentIds: readonly string[]): SuggestionOutcome[] {
  const plan = suggestion.plans.find(
    ({ agent_ids: planned }) =>
      planned.length === agentIds.length && planned.every((one) => agentIds.includes(one)),
  );
  return plan?.outcomes ?? [];
}

/** Whether the skills that it gave still hold. */
export function isRunning({ applied }: QueueSuggestion, now: number): boolean {
  return applied !== null && applied.undone_at === null && Date.parse(applied.until_at) > now;
}

/** How much of the longest bar a wait is, 0 to 1; a queue that nobody serves has a full one. */
export function lengthOf(wait: number | null, longest: number): number {
  if (wait === null) return 1;
  return longest > 0 ? Math.min(1, wait / longest) : 0;
}

/** The longest wait that a card has to draw, and never less than a minute, so that seconds look like seconds. */
export function longestOf(outcomes: readonly SuggestionOutcome[]): number {
  const waits = outcomes.flatMap((one) => [one.wait_before, one.wait_after]);
  return Math.max(60, ...waits.filter((wait) => wait !== null));
}
