import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { NextCall } from '@/shared/api/types';
import { useUndo } from '@/shared/components/undo';
import { useCustomersChanged } from '@/shared/customers/data';
import { useLive } from '@/shared/live/hooks';

/** Who is to call the customer when, and what was done. */
export function useNextCallsOf(customerId: string) {
  const changes = useLive((state) => state.nextCalls);
  return useQuery({
    queryKey: ['/customers', 'next calls', customerId, changes],
    queryFn: () => api.get<NextCall[]>(`/customers/${customerId}/next-calls`),
    placeholderData: (previous, query) => (query?.queryKey[2] === customerId ? previous : undefined),
  });
}

/** Sets when I am to call a customer next, or moves it. */
export function useSetNextCall(): (customerId: string, dueAt: string, note: string) => Promise<NextCall> {
  const changed = useCustomersChanged();
  return useCallback(
    async (customerId, dueAt, note) => {
      const made = await api.put<NextCall>(`/me/customers/${customerId}/next-call`, { due_at: dueAt, note });
      await changed();
      return made;
    },
    [changed],
  );
}

/** Says that a next call is done, which can be taken back while the message stands. */
export function useNextCallDone(): (id: string) => Promise<void> {
  const { t } = useTranslation();
  const changed = useCustomersChanged();
  const undoable = useUndo();
  return useCallback(
    async (id) => {
      await api.post(`/me/next-calls/${id}/done`);
      await changed();
      undoable(id, t('nextCall.isDone'), () => api.post(`/me/next-calls/${id}/reopen`).then(changed));
    },
    [t, undoable, changed],
  );
}
