import { Button, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';

const reasons = ['number', 'secret', 'wish'] as const;

/** Begins the recording where it is on demand, pauses it for a reason, and lets it go on. */
export function RecordingControl({ interaction }: { interaction: InteractionLive }) {
  const { t } = useTranslation();
  const report = useReportError();
  const [asking, setAsking] = useState(false);
  const control = (act: 'start' | 'pause' | 'resume', reason = '') => {
    setAsking(false);
    api.post(`/me/interactions/${interaction.id}/recording/${act}`, { reason }).catch(report);
  };
  const button = (name: string, onClick?: () => void) => (
    <Button size="small" onClick={onClick} data-testid="recording">
      {name}
    </Button>
  );
  if (interaction.recording === 'off')
    return interaction.recording_rule === 'on_demand'
      ? button(t('call.record'), () => control('start'))
      : null;
  if (interaction.recording === 'paused') return button(t('call.resumeRecording'), () => control('resume'));
  return (
    <Popover
      trigger="click"
      open={asking}
      onOpenChange={setAsking}
      placement="bottomLeft"
      title={t('call.pauseWhy')}
      content={
        <div className="hj-choices">
          {reasons.map((reason) => (
            <Button
              key={reason}
              block
              onClick={() => control('pause', t(`call.pauseReason.${reason}`))}
              data-testid={`pause-${reason}`}
            >
              {t(`call.pauseReason.${reason}`)}
            </Button>
          ))}
        </div>
      }
    >
      {button(t('call.pauseRecording'))}
    </Popover>
  );
}
