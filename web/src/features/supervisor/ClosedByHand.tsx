import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all } from '@/shared/api/client';
import type { Hours } from '@/shared/api/types';
import { dayAndMinute } from '@/shared/format/time';

/** Says so while somebody has closed business hours by hand: it is easily forgotten. */
export function ClosedByHand() {
  const { t } = useTranslation();
  const hours = useQuery({ queryKey: ['/hours', 'all'], queryFn: () => all<Hours>('/hours') });
  const closed = (hours.data ?? []).filter(({ phase }) => phase === 'emergency');
  if (closed.length === 0) return null;
  const names = closed.map(({ name, switch: hand }) =>
    hand ? `${name} (${hand.by_name} ${dayAndMinute(hand.at)}${hand.note ? ` · ${hand.note}` : ''})` : name,
  );
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 12 }}
      title={t('live.closedByHand', { names: names.join(', ') })}
      action={<Link to="/admin/hours">{t('live.toHours')}</Link>}
      data-testid="closed-by-hand"
    />
  );
}
