import { Popover, Switch } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive } from '@/shared/api/types';
import { alarmsSound } from '@/shared/components/alarmSound';
import { LevelMark } from '@/shared/components/LevelMark';
import { duration, elapsedSeconds } from '@/shared/format/format';
import { useNow } from '@/shared/live/hooks';
import { phone } from '@/shared/phone/hooks';

/** My own state has lasted longer than is planned: seen from the first level on, and heard once at each. */
export default function OwnAlarm({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const now = useNow();
  const [sound, setSound] = useState(alarmsSound);
  const { activity_since: since, amber_after: amber, red_after: red } = agent;
  const seconds = since ? elapsedSeconds(since, now) : 0;
  const level = !since
    ? null
    : red !== null && seconds >= red
      ? 'red'
      : amber !== null && seconds >= amber
        ? 'amber'
        : null;
  useEffect(() => {
    if (level && alarmsSound()) phone.chime('quiet');
  }, [level, since]);
  if (!level) return null;
  const state = t(`activity.${agent.activity}`);
  return (
    <Popover
      trigger={['hover', 'focus', 'click']}
      title={t('alarm.own', { state })}
      content={
        <label>
          {t('alarm.sound')}{' '}
          <Switch
            size="small"
            checked={sound}
            onChange={(on) => {
              alarmsSound(on);
              setSound(on);
            }}
          />
        </label>
      }
    >
      <button type="button" className="hj-own-alarm" data-testid="own-alarm" data-level={level}>
        <LevelMark level={level} /> {t('alarm.past', { state, time: duration(Math.floor(seconds)) })}
      </button>
    </Popover>
  );
}
