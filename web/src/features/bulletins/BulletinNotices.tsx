import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { MyBulletin } from '@/shared/api/types';
import { BulletinSource, UrgentTag } from './BulletinText';
import { textKey, useConfirm } from './my-own';
import { useUrgentFocus } from './useUrgentFocus';

const titlesShown = 3;

interface Props {
  bulletins: MyBulletin[];
  onLater: () => void;
  onOpen: () => void;
}

/** Unread bulletins: the urgent ones one after the other, each until it is confirmed, and the others' titles. */
export function BulletinNotices({ bulletins, onLater, onOpen }: Props) {
  const { t } = useTranslation();
  const urgent = bulletins.filter((one) => one.urgent);
  const calm = bulletins.filter((one) => !one.urgent);
  const [first] = urgent;
  return (
    <div
      className="hj-bulletin-notices"
      data-urgent={first ? true : undefined}
      role="region"
      aria-label={t('page.bulletins')}
      aria-live="polite"
    >
      {first ? <Urgent key={textKey(first)} bulletin={first} others={urgent.length - 1} /> : null}
      {calm.length > 0 ? (
        <section className="hj-bulletin-notice" data-testid="bulletin-notice">
          <h2>{t('bulletin.new', { count: calm.length })}</h2>
          <ul>
            {calm.slice(0, titlesShown).map((one) => (
              <li key={textKey(one)}>{one.title}</li>
            ))}
          </ul>
          <footer>
            <Button size="small" type="primary" onClick={onOpen} data-testid="bulletin-open">
              {t('bulletin.read')}
            </Button>
            <Button size="small" type="text" onClick={onLater} data-testid="bulletin-later">
              {t('bulletin.later')}
            </Button>
          </footer>
        </section>
      ) : null}
    </div>
  );
}

/** Read and confirmed by mouse or keyboard, wherever the reader was before. */
function Urgent({ bulletin, others }: { bulletin: MyBulletin; others: number }) {
  const { t } = useTranslation();
  const { busy, confirm } = useConfirm();
  const { box, onKeyDown } = useUrgentFocus(() => void confirm(bulletin));
  return (
    <section
      ref={box}
      className="hj-bulletin-notice"
      role="alertdialog"
      aria-label={bulletin.title}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      data-urgent
      data-testid="bulletin-urgent"
    >
      <h2>
        <UrgentTag /> {bulletin.title}
      </h2>
      <p className="hj-bulletin-text">{bulletin.text}</p>
      <BulletinSource bulletin={bulletin} />
      <footer>
        <Button
          type="primary"
          loading={busy}
          onClick={() => void confirm(bulletin)}
          data-testid="bulletin-confirm"
        >
          {t('bulletin.confirm')} <span className="hj-keys">↵</span>
        </Button>
        {others > 0 ? <span className="hj-faint">{t('bulletin.moreUrgent', { count: others })}</span> : null}
      </footer>
    </section>
  );
}
