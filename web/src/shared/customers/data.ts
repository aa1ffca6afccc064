import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api, ApiError } from '@/shared/api/client';
import type { Customer, CustomerField, Interaction, NumberPlace, Page, Person } from '@/shared/api/types';
import { useRight } from '@/shared/session/session';

/** The tenant's own fields, in their order. */
export function useCustomerFields(enabled = true): CustomerField[] {
  const { data } = useQuery({
    queryKey: ['/customer-fields', 'all'],
    queryFn: () => all<CustomerField>('/customer-fields'),
    enabled,
  });
  return data ?? nothing;
}

const nothing: CustomerField[] = [];

/** What a field is called in the reader's language, else in any. */
export function useFieldLabel(): (field: CustomerField) => string {
  const { i18n } = useTranslation();
  return useCallback(
    ({ key, label }: CustomerField) => {
      const labels: Record<string, string | undefined> = label;
      return labels[i18n.language] ?? Object.values(labels).find(Boolean) ?? key;
    },
    [i18n.language],
  );
}

export function useCustomer(id: string | null | undefined) {
  return useQuery({
    queryKey: ['/customers', 'one', id],
    queryFn: () => api.get<Customer>(`/customers/${id ?? ''}`),
    enabled: Boolean(id),
  });
}

/** Everybody who has this number or address. */
export function useCustomersWith(contact: string, enabled: boolean) {
  return useQuery({
    queryKey: ['/customers', 'with', contact],
    queryFn: () => api.get<Page<Customer>>('/customers', { contact, page_size: 20, sort: 'created_at' }),
    enabled: enabled && contact !== '',
  });
}

/** Place and carrier of a number (归属地). */
export function usePlace(number: string, enabled = true) {
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: ['/numbers/place', number, i18n.language],
    queryFn: () => api.get<NumberPlace>('/numbers/place', { number }),
    enabled: enabled && number !== '',
    staleTime: Infinity,
  });
}

/** Earlier contacts: of a customer by all numbers and addresses, else of this very caller. */
export function useContacts(
  of: { customer_id?: string; customer?: string },
  but: string | null,
  enabled: boolean,
) {
  const { data, isPending } = useQuery({
    queryKey: ['interactions', 'of', of, but],
    queryFn: () => api.get<Page<Interaction>>('/interactions', { ...of, page_size: 11, sort: '-started_at' }),
    enabled,
  });
  return {
    contacts: (data?.items ?? []).filter(({ id }) => id !== but).slice(0, 10),
    total: Math.max(0, (data?.total ?? 0) - (data?.items.some(({ id }) => id === but) ? 1 : 0)),
    pending: enabled && isPending,
  };
}

/** Agents as choices, for who may see people. */
export function useAgentChoices(): { value: string; label: string }[] {
  const may = useRight('config.read');
  const { data } = useQuery({
    queryKey: ['/people', 'all'],
    queryFn: () => all<Person>('/people'),
    enabled: may,
  });
  return (data ?? []).flatMap(({ name, agent }) =>
    agent ? [{ value: agent.id, label: `${name} ${agent.number}` }] : [],
  );
}

/** What was read of customers is read again. */
export function useCustomersChanged(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await client.invalidateQueries({ queryKey: ['/customers'] });
    await client.invalidateQueries({ queryKey: ['interactions', 'of'] });
  }, [client]);
}

/** Changes a customer, one change after the other, and says which state was seen. Whom somebody else changed meanwhile
 *  is read anew. */
export function useCustomerSave({ id, updated_at }: Customer): (change: object) => Promise<void> {
  const changed = useCustomersChanged();
  const seen = useRef(updated_at);
  const before = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    if (updated_at > seen.current) seen.current = updated_at;
  }, [updated_at]);
  return useCallback(
    (change) => {
      const send = async () => {
        try {
          const body = { ...change, seen_at: seen.current };
          seen.current = (await api.patch<Customer>(`/customers/${id}`, body)).updated_at;
        } catch (error) {
          if (error instanceof ApiError && error.code === 'changed_meanwhile') await changed();
          throw error;
        }
        await changed();
      };
      const sent = before.current.then(send);
      before.current = sent.catch(() => undefined);
      return sent;
    },
    [id, changed],
  );
}

/** What a flow's variable is called: as the tenant's own field of that name, as we call it, or by its name. */
export function useVariableLabel(): (name: string) => string {
  const { t } = useTranslation();
  const fields = useCustomerFields(useRight('customers.read'));
  const labelOf = useFieldLabel();
  return (name) => {
    const field = fields.find(({ key }) => key === name);
    if (field) return labelOf(field);
    return name === 'diverted_from' ? t('variable.diverted_from') : name.replaceAll('_', ' ');
  };
}
