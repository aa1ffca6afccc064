import { App } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/client';

/** The sentence to show for whatever went wrong. The server's own sentence comes first. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiError)) return t('error.unexpected');
      if (error.message) return error.message;
      if (error.status === 0) return t('error.unreachable');
      if (error.status === 403) return t('error.forbidden');
      if (error.status === 404) return t('error.notFound');
      if (error.status === 503) return t('error.unavailable');
      return t('error.unexpected');
    },
    [t],
  );
}

/** Says what went wrong in passing; for acts whose screen stays as it is. */
export function useReportError(): (error: unknown) => void {
  const { message } = App.useApp();
  const text = useErrorText();
  return useCallback((error: unknown) => void message.error(text(error), 6), [message, text]);
}

/** Runs an act of the screen; `busy` while it runs. What goes wrong is said in passing. */
export function useAct(): { busy: boolean; run: (act: () => Promise<unknown>) => Promise<void> } {
  const report = useReportError();
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async (act: () => Promise<unknown>) => {
      setBusy(true);
      try {
        await act();
      } catch (error) {
        report(error);
      } finally {
        setBusy(false);
      }
    },
    [report],
  );
  return { busy, run };
}
