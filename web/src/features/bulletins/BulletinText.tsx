import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { MyBulletin } from '@/shared/api/types';
import { dateTime, dayAndMinute } from '@/shared/format/time';

export function UrgentTag() {
  const { t } = useTranslation();
  return <Tag color="red">{t('bulletin.urgent')}</Tag>;
}

/** From whom it is, since when, and until when it holds. */
export function BulletinSource({ bulletin }: { bulletin: MyBulletin }) {
  const { t } = useTranslation();
  const { author_name: name, begins_at: begins, ends_at: ends } = bulletin;
  return (
    <div className="hj-faint hj-bulletin-source">
      {name} · {dateTime(begins)}
      {ends ? ` · ${t('bulletin.until', { time: dayAndMinute(ends) })}` : null}
    </div>
  );
}
