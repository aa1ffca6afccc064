import { App } from 'antd';
import { useCallback } from 'react';
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
