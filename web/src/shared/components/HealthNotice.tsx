import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePlatformHealth } from './platformHealth';

/** That something does not work, where the operator's day begins; nothing while all is well. */
export function HealthNotice() {
  const { t } = useTranslation();
  const { data } = usePlatformHealth();
  const silent = Object.values(data?.parts ?? {}).filter((state) => state === 'silent').length;
  const count = (data?.troubles.length ?? 0) + silent;
  if (count === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 12 }}
      data-testid="health-notice"
      title={t('health.notice', { count })}
      action={<Link to="/platform/health">{t('health.look')}</Link>}
    />
  );
}
