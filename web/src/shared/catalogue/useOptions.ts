import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
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

/** What a chosen one is called in its field: never its id, which stands for it while the names are on their way. */
export const chosenName = ({ label }: { label?: ReactNode }) => label ?? '…';
