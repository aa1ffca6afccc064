import { EyeOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Viewer } from '@/shared/live/viewers';
import { rememberTold, wasTold } from '@/shared/session/screenTold';
import { useSession } from '@/shared/session/session';
import { socketAddress } from './address';
import './screen-views.css';
import type { Sharing } from './sharing';

/** Shows this page to those who view it, and tells the agent of them where the company says so. */
export default function ScreenShare({ viewers }: { viewers: readonly Viewer[] }) {
  const { t } = useTranslation();
  const sharing = useRef<Sharing | null>(null);
  useEffect(() => {
    let over = false;
    // Not before somebody views it: what reads a page weighs more than the desktop's largest part.
    import('./sharing').then(({ Sharing }) => {
      if (over) return;
      sharing.current = new Sharing(() => new WebSocket(socketAddress('/me/screen/socket')));
      sharing.current.start();
    }, console.error);
    return () => {
      over = true;
      sharing.current?.stop();
    };
  }, []);
  // Who comes later, or has fallen behind, needs all of the screen.
  const asked = viewers.map((one) => `${one.id} ${one.pictures}`).join();
  useEffect(() => sharing.current?.picture(), [asked]);
  const names = [...new Set(viewers.map((one) => one.by).filter((by) => by !== null))];
  const account = useSession().account.id;
  const [told, setTold] = useState(() => wasTold(account));
  if (names.length === 0) {
    if (told) return null;
    // Who was at work already when it was switched on has not been told at sign-in.
    const read = () => {
      rememberTold(account, true);
      setTold(true);
    };
    return (
      <div className="hj-screen-mark hj-screen-mark-told" role="status" data-testid="screen-told-once">
        <EyeOutlined aria-hidden /> {t('screenViewed.atSignIn')}{' '}
        <Button type="link" size="small" onClick={read} data-testid="screen-told-read">
          {t('screenViewed.read')}
        </Button>
      </div>
    );
  }
  return (
    <div className="hj-screen-mark" role="status" data-testid="screen-viewed">
      <EyeOutlined aria-hidden /> {t('screenViewed.by', { names: names.join(t('common.comma')) })}
    </div>
  );
}
