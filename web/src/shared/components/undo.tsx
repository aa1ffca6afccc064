import { App, Button } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useReportError } from './errors';

/** Tells what was done, which can be taken back while the message stands. */
export function useUndo(): (key: string, done: string, undo: () => Promise<unknown>) => void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  return useCallback(
    (key, done, undo) => {
      const takeBack = () => {
        message.destroy(key);
        undo().catch(report);
      };
      message.success({
        key,
        duration: 8,
        content: (
          <>
            {done}
            <Button type="link" size="small" onClick={takeBack} data-testid="undo-done">
              {t('common.undo')}
            </Button>
          </>
        ),
      });
    },
    [t, message, report],
  );
}
