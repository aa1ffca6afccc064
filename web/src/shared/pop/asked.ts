import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { InteractionLive, Pop, SourceAnswer } from '@/shared/api/types';

/** What my call shows; asked again when the flow has learned more, or the call has come to another queue. */
export function usePop(interaction: InteractionLive | null) {
  const id = interaction?.id;
  const { queue_id, customer_id, keys, language, variables } = interaction ?? {};
  return useQuery({
    queryKey: ['pop', id, queue_id, customer_id, keys, language, variables],
    queryFn: () => api.get<Pop>(`/me/interactions/${id ?? ''}/pop`),
    enabled: Boolean(id) && interaction?.direction !== 'internal',
    placeholderData: (previous, query) => (query?.queryKey[1] === id ? previous : undefined),
    staleTime: Infinity,
    retry: 1,
  });
}

export const sourceOf = (interaction: string, source: string) => ({
  queryKey: ['pop', interaction, 'source', source],
  queryFn: () => api.get<SourceAnswer>(`/me/interactions/${interaction}/pop/sources/${source}`),
  staleTime: Infinity,
  retry: false,
});

/** What a data source says of my call. */
export function usePopSource(interaction: string, source: string, enabled = true) {
  return useQuery({ ...sourceOf(interaction, source), enabled });
}

/** Whether the source has answered: what it said stays in sight while it is asked again. */
export const isReached = (answer: SourceAnswer | null | undefined): answer is SourceAnswer =>
  ['ok', 'not_found', 'incomplete'].includes(answer?.outcome ?? '');
