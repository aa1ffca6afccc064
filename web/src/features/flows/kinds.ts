import { useQuery } from '@tanstack/react-query';
import { createContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { NodeKind } from '@/shared/api/types';
import type { Exit, Kinds } from './document';

/** The kinds of nodes that a flow may have. */
export const KindsContext = createContext<Kinds>(new Map());

/** They are the same as long as the page is open. */
export function useNodeKinds() {
  const query = useQuery({
    queryKey: ['/flows/node-kinds'],
    queryFn: () => api.get<NodeKind[]>('/flows/node-kinds'),
    staleTime: Infinity,
  });
  const { data } = query;
  const kinds = useMemo<Kinds>(() => new Map((data ?? []).map((kind) => [kind.type, kind])), [data]);
  return { ...query, kinds };
}

/** What kinds, their fields and ways out are called: texts of the kind itself, or those that several share. */
export function useKindTexts() {
  const { t, i18n } = useTranslation();
  // The kinds are the server's to know; a test holds that each has its texts.
  const say = t as unknown as (key: string, fill?: object) => string;
  const find = (kind: string, part: string, fill?: object) => {
    const key = [`nodeKind.${kind}.${part}`, `nodeKind.common.${part}`].find((one) => i18n.exists(one));
    return key && say(key, fill).trim();
  };
  return {
    title: (kind: string) => find(kind, 'title') ?? kind,
    help: (kind: string) => find(kind, 'help'),
    field: (kind: string, field: string) => find(kind, `field.${field}`) ?? field,
    hint: (kind: string, field: string) => find(kind, `hint.${field}`),
    none: (kind: string, field: string) => find(kind, `none.${field}`),
    choice: (kind: string, field: string, choice: string) =>
      find(kind, `choice.${field}.${choice}`) ?? choice,
    exit: (kind: string, { field, fill }: Exit) =>
      find(kind, `exit.${field}`, { label: '', ...fill }) ?? field,
    group: (group: string) => say(`nodeGroup.${group}`),
  };
}
