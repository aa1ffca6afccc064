import { App } from 'antd';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';

const asked = (t: TFunction) => ({
  title: t('common.unsavedTitle'),
  content: t('common.unsavedText'),
  okText: t('common.leave'),
  cancelText: t('common.stay'),
  focusable: { autoFocusButton: 'cancel' as const },
});

/** Nobody leaves a screen with unsaved changes unasked, neither by a link nor by closing the window. */
export function useUnsavedGuard(dirty: boolean): void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    const dialog = modal.confirm({
      ...asked(t),
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    });
    return () => dialog.destroy();
  }, [blocker, modal, t]);
  useWindowGuard(dirty);
}

/** For a form that is closed without leaving the screen: `close` asks first once something was typed (`touch`). */
export function useGuardedClose(done: () => void): { touch: () => void; close: () => void } {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const [touched, setTouched] = useState(false);
  useWindowGuard(touched);
  return {
    touch: () => setTouched(true),
    close: () => {
      if (touched) modal.confirm({ ...asked(t), onOk: done });
      else done();
    },
  };
}

function useWindowGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const guard = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', guard);
    return () => window.removeEventListener('beforeunload', guard);
  }, [dirty]);
}
