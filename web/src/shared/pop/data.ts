import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive, Pop, SourceAnswer } from '@/shared/api/types';
import { useCustomerFields, useFieldLabel, useVariableLabel } from '@/shared/customers/data';
import { useRight } from '@/shared/session/session';

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

/** The parts of a customer that every tenant has. */
export const customerNames = ['name', 'contacts', 'grade', 'tags', 'agent', 'note'] as const;
/** What is known of every call. */
export const callNames = [
  'caller',
  'called',
  'queue',
  'business',
  'keys',
  'language',
  'medium',
  'direction',
  'agent_number',
  'agent_name',
  'interaction_id',
] as const;

/** What stands before a value: `customer.name`, `call.queue`, `vars.account`. */
export function useItemLabel(): (key: string) => string {
  const { t, i18n } = useTranslation();
  const fields = useCustomerFields(useRight('customers.read'));
  const labelOf = useFieldLabel();
  const variableLabel = useVariableLabel();
  return useCallback(
    (key: string) => {
      const [kind, name = ''] = key.split('.', 2);
      if (kind === 'vars') return variableLabel(name);
      const own = kind === 'customer' ? fields.find((field) => field.key === name) : undefined;
      if (own) return labelOf(own);
      const known = `pop.${kind ?? ''}.${name}`;
      return i18n.exists(known) ? t(known as never) : name;
    },
    [t, i18n, fields, labelOf, variableLabel],
  );
}
