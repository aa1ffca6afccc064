import {
  BellOutlined,
  CheckCircleFilled,
  CoffeeOutlined,
  EditOutlined,
  EyeOutlined,
  MessageFilled,
  MinusCircleOutlined,
  PauseCircleFilled,
  PauseOutlined,
  PhoneFilled,
  SendOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { type CSSProperties, memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity } from '@/shared/api/types';
import { activityColours } from './activities';

const icons: Record<Activity, ReactNode> = {
  logged_out: <MinusCircleOutlined />,
  idle: <CheckCircleFilled />,
  chatting: <MessageFilled />,
  ringing: <BellOutlined />,
  talking: <PhoneFilled />,
  outbound: <SendOutlined />,
  three_way: <TeamOutlined />,
  held: <PauseOutlined />,
  supervising: <EyeOutlined />,
  wrap_up: <EditOutlined />,
  not_ready: <PauseCircleFilled />,
  break: <CoffeeOutlined />,
};

/** What an agent does: one colour and one icon each, so that it can be told without seeing colour. */
export const ActivityMark = memo(function ActivityMark({
  activity,
  reason,
}: {
  activity: Activity;
  reason?: string | null;
}) {
  const { t } = useTranslation();
  return (
    <span
      className="hj-state"
      data-activity={activity}
      style={{ '--hj-state-colour': activityColours[activity] } as CSSProperties}
    >
      {icons[activity]}
      <span>{reason ?? t(`activity.${activity}`)}</span>
    </span>
  );
});
