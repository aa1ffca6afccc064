import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '@/shared/api/client';
import type { OverdueReport } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';

const longestTimeout = 2 ** 31 - 1;

/** Next calls that are overdue, by agent; asked again when told so, and when the next one falls due. */
export function useOverdueCalls() {
  const changes = useLive((state) => state.nextCalls);
  const report = useQuery({
    queryKey: ['next calls', 'overdue', changes],
    queryFn: () => api.get<OverdueReport>('/next-calls/overdue'),
    placeholderData: (previous) => previous,
    enabled: useRight('next_calls.read'),
  });
  const { data, refetch } = report;
  useEffect(() => {
    if (!data?.next_at) return;
    const left = Date.parse(data.next_at) - serverNow();
    const timer = setTimeout(() => void refetch(), Math.min(Math.max(left, 0) + 500, longestTimeout));
    return () => clearTimeout(timer);
  }, [data, refetch]);
  const agents = data?.agents ?? [];
  return { report, agents, total: agents.reduce((sum, one) => sum + one.count, 0) };
}
