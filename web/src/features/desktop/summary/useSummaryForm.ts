import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { SummaryForm } from '@/shared/api/types';

/** What there is to choose from for this contact, and what must be given. */
export function useSummaryForm(interactionId: string) {
  return useQuery({
    queryKey: ['summary-form', interactionId],
    queryFn: () => api.get<SummaryForm>(`/me/interactions/${interactionId}/summary`),
  });
}
