import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/shared/api/client';
import type { NextCall, Page } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { useLive } from '@/shared/live/hooks';
import { useRight, useSession } from '@/shared/session/session';
import { dueNow } from './dueNow';

const mostKept = 200;
const longestTimeout = 2 ** 31 - 1;

/** Whether the reader is an agent who calls customers of their own. */
export function useCallsCustomers(): boolean {
  const may = useRight('customers.own');
  return useSession().agent !== null && may;
}

/** What of my next calls I am to be reminded of now. The server says when they change; a timer waits for the next one. */
export function useDueNextCalls(): NextCall[] {
  const changes = useLive((state) => state.nextCalls);
  const enabled = useCallsCustomers();
  const [now, setNow] = useState(serverNow);
  const { data } = useQuery({
    queryKey: ['/customers', 'next calls', 'mine', changes],
    queryFn: () => api.get<Page<NextCall>>('/me/next-calls', { page_size: mostKept }),
    placeholderData: (previous) => previous,
    enabled,
  });
  const items = data?.items ?? nothing;
  const { due, next } = dueNow(items, now);
  useEffect(() => {
    if (next === null) return;
    const left = Math.min(Math.max(0, next - (serverNow() - now)), longestTimeout);
    const timer = setTimeout(() => setNow(serverNow()), left);
    return () => clearTimeout(timer);
  }, [next, now]);
  return due;
}

const nothing: NextCall[] = [];
