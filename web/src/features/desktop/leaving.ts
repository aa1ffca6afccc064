import { App } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useReportError } from '@/shared/components/errors';
import { signOutOfWork, useMyAgent } from './work';

/** Leaves work or the application: not in a call, and not without a question while a summary is open. */
export function useLeaving(): (name: string, leave: () => Promise<void>) => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const report = useReportError();
  const agent = useMyAgent();
  const state = agent?.state;
  const chats = agent?.items.length ?? 0;
  return useCallback(
    (name, leave) => {
      const run = () => leave().catch(report);
      if (state === 'engaged' || state === 'reserved')
        modal.warning({
          title: t(`leaving.${state}.title`),
          content: t(`leaving.${state}.text`),
          okText: t('leaving.understood'),
        });
      else if (state === 'wrap_up')
        modal.confirm({
          title: t('leaving.wrap_up.title'),
          content: t('leaving.wrap_up.text'),
          okText: name,
          cancelText: t('leaving.wrap_up.stay'),
          onOk: run,
        });
      else if (chats > 0)
        modal.confirm({
          title: t('leaving.chats.title'),
          content: t('leaving.chats.text'),
          okText: name,
          cancelText: t('leaving.chats.stay'),
          onOk: run,
        });
      else void run();
    },
    [state, chats, modal, report, t],
  );
}

/** Signs an agent out of work, too, when they sign out of the application. */
export function useLeavingAltogether(): (name: string, leave: () => Promise<void>) => void {
  const leaving = useLeaving();
  const state = useMyAgent()?.state;
  return (name, leave) =>
    leaving(name, async () => {
      // Without an answer from the call control the session can still be ended.
      if (state && state !== 'logged_out') await signOutOfWork().catch(() => undefined);
      await leave();
    });
}
