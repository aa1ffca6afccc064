import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { answerHint } from '../answerHint';
import { mutedByHost } from '../parties';
import type { CallAct } from '../work';

interface Props {
  at: Window;
  agent: AgentLive;
  interaction: InteractionLive | null;
  act: (name: CallAct) => Promise<void>;
}

/** The call, above the windows of all other programs. */
export default function FloatingBar({ at, agent, interaction, act }: Props) {
  const { t } = useTranslation();
  const call = interaction && agent.state !== 'wrap_up' ? interaction : null;
  const state = call?.state;
  const talking = state === 'connected' || state === 'held';
  const button = (name: CallAct, label: string, kind = '') => (
    <button type="button" className="hj-floating-button" data-kind={kind} onClick={() => void act(name)}>
      {label}
    </button>
  );
  return createPortal(
    <main className="hj-floating" data-state={state ?? agent.state} data-testid="floating-bar">
      <div className="hj-floating-line">
        <span>{state ? t(`interactionState.${state}`) : t(`agentState.${agent.state}`)}</span>
        <Elapsed
          since={state === 'offered' ? (call?.offered_at ?? null) : (call?.connected_at ?? agent.since)}
        />
      </div>
      <div className="hj-floating-line">
        <strong>{call ? <CallerNumber value={call.caller} /> : `${agent.number} ${agent.name}`}</strong>
        <span className="hj-ellipsis">{call?.caller_name || call?.queue_name}</span>
      </div>
      <div className="hj-floating-line">
        {state === 'offered' ? (
          <>
            {agent.phone_kind === 'browser' ? (
              button('answer', t('call.answer'), 'primary')
            ) : (
              <span>{t(answerHint(agent))}</span>
            )}
            {button('reject', t('call.reject'))}
          </>
        ) : null}
        {state === 'dialling' || state === 'calling' ? button('hang-up', t('call.hangUp'), 'danger') : null}
        {call && talking ? (
          <>
            {button(state === 'held' ? 'resume' : 'hold', t(state === 'held' ? 'call.resume' : 'call.hold'))}
            {mutedByHost(call, agent.id)
              ? t('call.mutedByHost')
              : button(call.muted ? 'unmute' : 'mute', t(call.muted ? 'call.unmute' : 'call.mute'))}
            {button('hang-up', t('call.hangUp'), 'danger')}
          </>
        ) : null}
      </div>
    </main>,
    at.document.body,
  );
}
