import { Alert } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { useNow } from '@/shared/live/hooks';
import { failedNow, failedText } from './failedCall';

interface Props {
  agent: AgentLive;
  interaction: InteractionLive | null;
}

/** On the call: that nobody answered whom the agent called, and why. */
export default function FailedCallLine({ agent, interaction }: Props) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState('');
  const failed = failedNow(agent.failed_call, interaction, useNow());
  if (!failed || failed.at === seen) return null;
  return (
    <Alert
      banner
      type="warning"
      className="hj-failed-call"
      title={failedText(t, failed)}
      description={failed.comes_back ? t('failedCall.back') : undefined}
      closable={{ onClose: () => setSeen(failed.at), 'aria-label': t('common.close') }}
      data-testid="failed-call"
      data-failure={failed.failure}
      data-act={failed.act}
    />
  );
}
