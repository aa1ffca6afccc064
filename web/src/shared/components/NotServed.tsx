import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { dateTime, timeOfDay } from '@/shared/format/time';
import { useLive } from '@/shared/live/hooks';
import type { SetAside } from '@/shared/live/protocol';
import { useRight } from '@/shared/session/session';

/** Why the live picture is missing or stands still: call control is away, or has set the company aside. */
export function NotServed() {
  const { t } = useTranslation();
  const notServed = useLive((state) => state.notServed);
  if (notServed === null) return null;
  const away = notServed === 'away';
  return (
    <Alert
      type={away ? 'warning' : 'error'}
      showIcon
      style={{ marginBottom: 12 }}
      data-testid="not-served"
      data-kind={away ? 'away' : notServed.work}
      title={t(away ? 'notServed.away' : 'notServed.title')}
      description={away ? t('notServed.awayHint') : <WhyAside aside={notServed} />}
    />
  );
}

function WhyAside({ aside }: { aside: SetAside }) {
  const { t } = useTranslation();
  const old = useLive((state) => state.view.seq >= 0);
  const platform = useRight('platform.tenants');
  const administrator = useRight('admin.flows', 'admin.queues', 'admin.people');
  // "flow main v1, step menu": the kinds of things in the reader's words.
  const inWords = (part: string) => part.replace(/^\w+/, (kind) => t(`failingObject.${kind}`, kind));
  return (
    <div className="hj-stack" style={{ gap: 4 }}>
      <span>
        {t(`notServed.what_${aside.work}`)}
        {aside.about && aside.work === 'events' ? (
          <code className="hj-mono"> {aside.about.split(', ').map(inWords).join(', ')}</code>
        ) : null}
      </span>
      <span className="hj-figures">
        {t('notServed.since', { time: dateTime(aside.since), next: timeOfDay(aside.next_try_at) })}
      </span>
      <span>
        {t('notServed.means')} {old ? t('notServed.old') : null}
      </span>
      <span>
        {t(platform ? 'notServed.platform' : administrator ? 'notServed.administrator' : 'notServed.others')}{' '}
        {platform ? <Link to="/platform/health">{t('page.health')}</Link> : null}
      </span>
    </div>
  );
}
