import { NotificationOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { piece } from '@/shared/pieces/piece';
import { textKey, unread, useMyBulletins } from './my-own';
import './bulletins.css';

const BulletinDrawer = piece(async () => ({ default: (await import('./BulletinDrawer')).BulletinDrawer }));
const BulletinNotices = piece(async () => ({ default: (await import('./BulletinNotices')).BulletinNotices }));

const mostCounted = 99;

/** Bulletins on every screen: how many are unread, all of them on a click, and a notice when one comes. */
export function BulletinBell() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState<ReadonlySet<string>>(new Set());
  const mine = useMyBulletins();
  const count = mine.data?.unread ?? 0;
  const current = mine.data?.items ?? [];
  const waiting = current.filter((one) => unread(one) && (one.urgent || !told.has(textKey(one))));
  const tell = () => setTold(new Set([...told, ...current.map(textKey)]));
  const openAll = () => {
    tell();
    setOpen(true);
  };
  const label = count > 0 ? t('bulletin.bellUnread', { count }) : t('page.bulletins');
  return (
    <>
      <Button
        type="text"
        className="hj-bulletin-bell"
        icon={<NotificationOutlined />}
        aria-label={label}
        title={label}
        onClick={openAll}
        data-testid="bulletin-bell"
        data-unread={count}
      >
        {count > 0 ? (
          <span className="hj-bulletin-count" aria-hidden>
            {count > mostCounted ? `${String(mostCounted)}+` : count}
          </span>
        ) : null}
      </Button>
      <Suspense fallback={null}>
        {open ? <BulletinDrawer mine={mine} onClose={() => setOpen(false)} /> : null}
        {!open && waiting.length > 0 ? (
          <BulletinNotices bulletins={waiting} onLater={tell} onOpen={openAll} />
        ) : null}
      </Suspense>
    </>
  );
}
