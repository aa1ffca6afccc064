import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { PlatformHealth } from '@/shared/api/types';

/** What works and what does not, asked for again while it is shown. */
export function usePlatformHealth() {
  return useQuery({
    queryKey: ['/platform/health'],
    queryFn: () => api.get<PlatformHealth>('/platform/health'),
    refetchInterval: 5000,
  });
}
