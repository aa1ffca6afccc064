import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import { useErrorText } from './errors';
import { ErrorView, LoadingView } from './Views';

interface Props<T> {
  path: string;
  rows: number;
  children: (kept: T) => ReactNode;
}

/** What is kept at `path`, read anew each time its form is opened. */
export function Kept<T>({ path, rows, children }: Props<T>) {
  const kept = useQuery({ queryKey: [path], queryFn: () => api.get<T>(path), staleTime: 0, gcTime: 0 });
  if (kept.isPending) return <LoadingView rows={rows} />;
  if (kept.isError) return <ErrorView error={kept.error} retry={() => void kept.refetch()} />;
  return children(kept.data);
}

/** Saves what is kept at `path` and closes its form. `toField` shows a refusal at the field that it names, where there is
 *  one; else it is the `problem`. */
export function useKeptSave(
  path: string,
  close: () => void,
  toField: (field: string, text: string) => boolean,
): { busy: boolean; problem: string | null; save: (body: object) => Promise<void> } {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (body: object) => {
    setBusy(true);
    setProblem(null);
    try {
      await api.put(path, body);
      queryClient.removeQueries({ queryKey: [path] });
      void message.success(t('common.saved'));
      close();
    } catch (error) {
      const field = error instanceof ApiError ? error.field : null;
      if (!field || !toField(field, errorText(error))) setProblem(errorText(error));
      setBusy(false);
    }
  };
  return { busy, problem, save };
}
