import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import { useErrorText, useReportError } from '@/shared/components/errors';
import { useUnsavedGuard } from '@/shared/components/unsaved';

export interface Draft<T> {
  value: T;
  dirty: boolean;
  busy: boolean;
  change: (part: Partial<T>) => void;
  discard: () => void;
  save: () => Promise<void>;
  /** What the server says of a field or of anything inside it. */
  errorAt: (field: string) => string | undefined;
  /** Every field that the server spoke of, for going there. */
  errorField: string | null;
}

/**
 * A document that is read whole and sent whole, as it is being changed. What was typed is kept after an error.
 * `show` goes to the field that the server refused and tells whether the screen has it.
 */
export function useDraft<T extends object>(
  path: string,
  first: T,
  show: (field: string) => boolean,
): Draft<T> {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const errorText = useErrorText();
  const report = useReportError();
  const [saved, setSaved] = useState(first);
  const [value, setValue] = useState(first);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const dirty = JSON.stringify(value) !== JSON.stringify(saved);
  useUnsavedGuard(dirty);
  return {
    value,
    dirty,
    busy,
    change: (part) => {
      setValue((current) => ({ ...current, ...part }));
      if (problem && Object.hasOwn(part, problem.field.split('.', 1)[0] ?? '')) setProblem(null);
    },
    discard: () => {
      setValue(saved);
      setProblem(null);
    },
    save: async () => {
      setBusy(true);
      setProblem(null);
      try {
        const answer = await api.put<T>(path, value);
        setSaved(answer);
        setValue(answer);
        queryClient.setQueryData([path], answer);
        message.success(t('common.saved'));
      } catch (error) {
        const field = error instanceof ApiError ? error.field : null;
        if (field) setProblem({ field, text: errorText(error) });
        if (field && show(field)) message.error(t('routing.refused'));
        else report(error);
      } finally {
        setBusy(false);
      }
    },
    errorAt: (field) =>
      problem && (problem.field === field || problem.field.startsWith(`${field}.`))
        ? problem.text
        : undefined,
    errorField: problem?.field ?? null,
  };
}
