import { App } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/shared/format/clock';
import { notify } from './aids/notices';
import { failedText, type FailedCall } from './failedCall';

const toldSeconds = 8;

/** Says once why a call failed, where the call itself is not on the screen: over the page, and by the system. */
export default function FailedCallNotice({ failed }: { failed: FailedCall }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const told = useRef('');
  useEffect(() => {
    // What failed before the page was opened was told then.
    if (failed.at === told.current || serverNow() - Date.parse(failed.at) > toldSeconds * 1000) return;
    told.current = failed.at;
    const text = failedText(t, failed);
    if (!document.querySelector('.hj-call')) void message.warning(text, toldSeconds);
    notify(text, '', failed.interaction_id);
  }, [failed, message, t]);
  return null;
}
