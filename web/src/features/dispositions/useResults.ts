import { useQuery } from '@tanstack/react-query';
import { all } from '@/shared/api/client';
import type { Disposition } from '@/shared/api/types';

/** Results as choices in the order of the tree, each named after those above it. */
export function useResults() {
  const { data } = useQuery({
    queryKey: ['/dispositions', 'all'],
    queryFn: () => all<Disposition>('/dispositions'),
  });
  const options = named(data ?? []);
  return {
    options,
    nameOf: (id: string) => options.find((one) => one.value === id)?.label ?? '–',
  };
}

function named(
  results: Disposition[],
  parent: string | null = null,
  above = '',
): { value: string; label: string }[] {
  return results
    .filter((one) => one.parent_id === parent)
    .flatMap((one) => [
      { value: one.id, label: above + one.name },
      ...named(results, one.id, `${above}${one.name} / `),
    ]);
}
