import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { CustomerImport, CustomerImportDetail } from '@/shared/api/types';

export const imports = '/customer-imports';
const pollMilliseconds = 1000;

export const isActive = ({ state }: Pick<CustomerImport, 'state'>): boolean =>
  state === 'checking' || state === 'importing' || state === 'taking_back';

/** One import, asked for again while it is being worked on. */
export function useImport(id: string) {
  return useQuery({
    queryKey: [imports, 'one', id],
    queryFn: () => api.get<CustomerImportDetail>(`${imports}/${id}`),
    refetchInterval: ({ state: { data } }) => (data && isActive(data) ? pollMilliseconds : false),
  });
}

/** How far the work is, from 0 to 100, and the seconds that are left; null: nobody knows yet. */
export function progressOf(one: CustomerImport): { percent: number; secondsLeft: number | null } {
  if (one.state === 'taking_back')
    return { percent: one.created ? (100 * one.taken_back) / one.created : 0, secondsLeft: null };
  const percent = one.total ? Math.min(100, (100 * one.done) / one.total) : 0;
  const left = one.rate > 0 && one.total > 0 ? Math.max(0, one.total - one.done) / one.rate : null;
  return { percent, secondsLeft: left };
}
