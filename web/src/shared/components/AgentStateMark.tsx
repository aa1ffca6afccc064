import {
  BellOutlined,
  CheckCircleFilled,
  MinusCircleOutlined,
  PauseCircleFilled,
  PhoneFilled,
} from '@ant-design/icons';
import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentState } from '@/shared/api/types';
import { Sign } from './Sign';

const icons: Record<AgentState, ReactNode> = {
  available: <CheckCircleFilled aria-hidden />,
  reserved: <BellOutlined aria-hidden />,
  engaged: <PhoneFilled aria-hidden />,
  wrap_up: <Sign>✎</Sign>,
  not_ready: <PauseCircleFilled aria-hidden />,
  logged_out: <MinusCircleOutlined aria-hidden />,
};

export const stateColours: Record<AgentState, string> = {
  available: 'var(--hj-available)',
  reserved: 'var(--hj-reserved)',
  engaged: 'var(--hj-engaged)',
  wrap_up: 'var(--hj-wrap-up)',
  not_ready: 'var(--hj-not-ready)',
  logged_out: 'var(--hj-logged-out)',
};

/** One colour and one icon for each state, so that it can be told without seeing colour. */
export function AgentStateMark({ state, reason }: { state: AgentState; reason?: string | null }) {
  const { t } = useTranslation();
  return (
    <span
      className="hj-state"
      data-state={state}
      style={{ '--hj-state-colour': stateColours[state] } as CSSProperties}
    >
      {icons[state]}
      <span>{reason ?? t(`agentState.${state}`)}</span>
    </span>
  );
}
