import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { FlowDetail } from '@/shared/api/types';
import type { FlowDocument } from '../document';
import type { FieldProps } from '../FieldForm';
import { useKindTexts } from '../kinds';
import { NamedTexts } from '../NamedTexts';

/** What the steps of this kind name in the published version of a flow. */
function useNamed(flow: unknown, kind: 'parameters' | 'results') {
  const { data } = useQuery({
    queryKey: ['/flows', flow, 'published'],
    enabled: typeof flow === 'string' && flow !== '',
    queryFn: async () => {
      const { id, published_version: version } = await api.get<FlowDetail>(`/flows/${String(flow)}`);
      if (version === null) return null;
      return (await api.get<{ document: FlowDocument }>(`/flows/${id}/versions/${String(version)}`)).document;
    },
  });
  const steps = Object.values(data?.nodes ?? {}).filter((node) => node.type === kind);
  return [...new Set(steps.flatMap((node) => Object.keys(node.values ?? {})))];
}

/** A text for each name that the called flow has, and for those that it has no more: the check names them. */
function Named({
  kind,
  field,
  node,
  change,
  of,
  hint,
}: FieldProps & { of: 'parameters' | 'results'; hint: string }) {
  const texts = useKindTexts();
  const value = (node[field.name] ?? {}) as Record<string, string>;
  const names = [...new Set([...useNamed(node.flow, of), ...Object.keys(value)])];
  const set = (name: string, text: string) => {
    const rows = Object.entries({ ...value, [name]: text }).filter(([, one]) => one !== '');
    change({ ...node, [field.name]: Object.fromEntries(rows) });
  };
  return (
    <NamedTexts
      label={texts.field(kind.type, field.name)}
      hint={hint}
      names={names}
      value={value}
      set={set}
    />
  );
}

export function Given(props: FieldProps) {
  const { t } = useTranslation();
  return <Named {...props} of="parameters" hint={t('flow.expressionHint')} />;
}

export function Taken(props: FieldProps) {
  const { t } = useTranslation();
  return <Named {...props} of="results" hint={t('flow.variable')} />;
}
