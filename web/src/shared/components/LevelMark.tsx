import { ClockCircleFilled, WarningFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

/** A level of alarm by its icon and its colour. */
export function LevelMark({ level }: { level: 'amber' | 'red' }) {
  const { t } = useTranslation();
  const name = t(`alarm.level.${level}`);
  const Icon = level === 'red' ? WarningFilled : ClockCircleFilled;
  return <Icon className="hj-alarm-level" data-level={level} title={name} aria-label={name} />;
}
