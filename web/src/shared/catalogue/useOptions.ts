import { useQuery } from '@tanstack/react-query';
import { all } from '@/shared/api/client';
import type { Named } from '@/shared/api/types';

export interface Option {
  value: string;
  label: string;
}

const nothing: Named[] = [];

/** The objects of a list as choices, and their names by id. */
export function useOptions(
  path: string,
  enabled = true,
): {
  items: Named[];
  options: Option[];
  nameOf: (id: string | null | undefined) => string;
} {
  const { data } = useQuery({ queryKey: [path, 'all'], queryFn: () => all<Named>(path), enabled });
  const items = data ?? nothing;
  return {
    items,
    options: items.map((item) => ({ value: item.id, label: item.name })),
    nameOf: (id) => items.find((item) => item.id === id)?.name ?? '–',
  };
}
