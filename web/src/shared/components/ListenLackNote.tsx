import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRight } from '@/shared/session/session';
import type { ListenLack } from './listenLack';

/** What is missing to listen, and the way to it. */
export function ListenLackNote({ lack }: { lack: ListenLack }) {
  const { t } = useTranslation();
  const mayGiveNumbers = useRight('admin.people');
  const way = {
    noWork: mayGiveNumbers ? '/admin/people' : null,
    noNumber: mayGiveNumbers ? '/admin/people' : null,
    signedOut: '/desktop',
    unreachable: '/desktop',
    inCall: null,
  }[lack];
  return (
    <p className="hj-quiet" data-testid="listen-lack" data-lack={lack}>
      {t(`supervision.lack.${lack}`)}{' '}
      {way ? (
        <Link to={way}>{t(way === '/desktop' ? 'supervision.toDesktop' : 'supervision.toPeople')}</Link>
      ) : null}
    </p>
  );
}
