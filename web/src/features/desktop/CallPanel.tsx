import {
  AudioMutedOutlined,
  AudioOutlined,
  BranchesOutlined,
  CloseCircleOutlined,
  NumberOutlined,
  PauseOutlined,
  PhoneFilled,
  PlayCircleOutlined,
  TeamOutlined,
  VerticalAlignBottomOutlined,
} from '@ant-design/icons';
import { Alert, Button, Tag } from 'antd';
import { Suspense, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { useOfferedActs } from '@/shared/acts/offered';
import { Elapsed } from '@/shared/components/Elapsed';
import { useReportError } from '@/shared/components/errors';
import { CallerNumber, PhoneNumber } from '@/shared/components/PhoneNumber';
import { platformReason } from '@/shared/components/platformReason';
import { Sign } from '@/shared/components/Sign';
import { made } from '@/shared/customers/ends';
import { duration, elapsedSeconds } from '@/shared/format/format';
import { timeOrDay } from '@/shared/format/time';
import { spokenName } from '@/shared/i18n';
import { keyShortcut, shortKeyName } from '@/shared/keys/keys';
import { useKeyedActs, useKeys } from '@/shared/keys/useKeys';
import { usePhone } from '@/shared/phone/hooks';
import { piece } from '@/shared/pieces/piece';
import { answerHint } from './answerHint';
import { DialField } from './DialField';
import { HandedNote } from './HandedNote';
import { KeyPad } from './KeyPad';
import { LevelBar } from './LevelBar';
import { asker, consulted, guests, inConference, lostUntil, mutedByHost } from './parties';
import type { Opening } from './targets/TargetBox';
import { ownParty } from './useReturn';
import { useWaiting } from './waiting';
import { useCallActs, useToday } from './work';

// Loaded with the first call: they are for it alone.
const InCall = {
  Parties: piece(async () => ({ default: (await import('./Consultation')).Parties })),
  Malicious: piece(async () => ({
    default: (await import('@/shared/components/MaliciousMark')).MaliciousMark,
  })),
  Recording: piece(async () => ({ default: (await import('./RecordingControl')).RecordingControl })),
  Guidance: piece(async () => ({ default: (await import('./Guidance')).Guidance })),
  Targets: piece(async () => ({ default: (await import('./targets/TargetBox')).TargetBox })),
  Forwarded: piece(() => import('./ForwardedLine')),
  FailedCall: piece(() => import('./FailedCallLine')),
  FlowPath: piece(async () => ({ default: (await import('@/shared/components/FlowPath')).FlowPath })),
  MicrophoneLost: piece(async () => ({ default: (await import('./MicrophoneLost')).MicrophoneLost })),
  LineLost: piece(async () => ({ default: (await import('./LineLost')).LineLost })),
};

interface Props {
  agent: AgentLive;
  interaction: InteractionLive | null;
}

/** The interaction in hand. Its buttons are always there and never move. */
export function CallPanel({ agent, interaction }: Props) {
  const { t } = useTranslation();
  const state = usePhone();
  const act = useCallActs(interaction, agent);
  const keys = useKeys();
  const stage = agent.state === 'wrap_up' ? 'wrap_up' : (interaction?.state ?? 'idle');
  const offered = stage === 'offered';
  const inCall = stage === 'connected' || stage === 'held';
  const lost = interaction !== null && lostUntil(interaction) !== null;
  const held = stage === 'held' && !lost;
  const atHand = inCall && interaction?.agent_id === agent.id;
  const asks = interaction !== null && consulted(interaction) !== null;
  const led = interaction?.guidance != null;
  const internal = interaction?.direction === 'internal';
  const [opening, setOpening] = useState<Opening | null>(null);
  const byBrowser = agent.phone_kind === 'browser';
  const muted = interaction?.muted ?? false;
  const silenced = interaction !== null && mutedByHost(interaction, agent.id);
  const host = inCall && !atHand && interaction ? asker(interaction, agent.id) : null;
  const holding = useWaiting(interaction?.id, 'hold', stage === 'held');
  const muting = useWaiting(interaction?.id, 'mute', muted);
  const ready = byBrowser && state.call?.state === 'ringing';

  const mayConsult = atHand && !asks && !led && !lost;
  const keyed = atHand && !led && ((!held && !internal) || asks);
  const mayTransfer = atHand && !asks && !internal;
  useKeyedActs({
    consult: mayConsult ? () => setOpening({ act: 'consult' }) : null,
    transfer: mayTransfer ? () => setOpening({ act: 'transfer' }) : null,
  });

  const mayPark = atHand && !asks && !led && !internal && guests(interaction).length === 0;
  useOfferedActs(mayPark ? [{ key: 'park', label: t('parked.park'), run: () => void act('park') }] : []);

  const button = (
    name: string,
    icon: ReactNode,
    key: string | null,
    options: {
      disabled: boolean;
      onClick?: () => void;
      primary?: boolean;
      danger?: boolean;
      testId: string;
      on?: boolean;
      small?: boolean;
      busy?: boolean;
    },
  ) => (
    <Button
      size={options.small ? 'middle' : 'large'}
      type={options.primary ? 'primary' : 'default'}
      danger={options.danger}
      className={options.on ? 'hj-call-on' : ''}
      disabled={options.disabled}
      loading={options.busy}
      aria-busy={options.busy}
      icon={icon}
      onClick={options.onClick}
      data-testid={options.testId}
      aria-pressed={options.on}
      aria-keyshortcuts={key ? keyShortcut(key) : undefined}
    >
      {name}
      {key ? <span className="hj-keys">{shortKeyName(key)}</span> : null}
    </Button>
  );
  const markable = interaction !== null && !internal && (atHand || stage === 'wrap_up');
  const markLater = button(t('malicious.button'), <Sign>⚠</Sign>, null, {
    disabled: true,
    small: true,
    testId: 'malicious',
  });
  return (
    <section
      className="hj-panel hj-call"
      data-testid={offered ? 'offered-card' : 'call-panel'}
      data-state={stage}
      data-interaction={interaction?.id}
      aria-live="polite"
    >
      <div className="hj-call-head">
        {interaction && stage !== 'idle' ? (
          <CallHead interaction={interaction} stage={stage} agent={agent} />
        ) : (
          <div className="hj-call-idle">
            <div>
              {t(`idle.${agent.state}`)}
              <MissedLast agent={agent} />
            </div>
            {agent.state === 'not_ready' ? <GoAvailable /> : null}
            {['available', 'not_ready'].includes(agent.state) ? <DialField agent={agent} /> : null}
          </div>
        )}
      </div>
      <div className="hj-call-buttons" role="toolbar" aria-label={t('call.buttons')}>
        {offered && !byBrowser ? (
          <strong className="hj-call-hint" data-testid="answer-at-phone">
            {t(answerHint(agent))}
          </strong>
        ) : (
          button(
            offered && !ready ? t('call.ringingSoon') : t('call.answer'),
            <PhoneFilled aria-hidden />,
            keys.answer,
            {
              disabled: !offered || !ready,
              primary: true,
              onClick: () => void act('answer'),
              testId: 'answer',
            },
          )
        )}
        {button(
          held ? t('call.resume') : t('call.hold'),
          held ? <PlayCircleOutlined aria-hidden /> : <PauseOutlined aria-hidden />,
          keys.hold,
          {
            disabled: !atHand || asks || led || lost || (held && interaction.held_at_phone),
            onClick: () => void act(held ? 'resume' : 'hold'),
            testId: 'hold',
            busy: holding,
            on: held && !asks && !interaction?.held_at_phone,
          },
        )}
        {button(
          muted ? t(silenced ? 'call.mutedByHost' : 'call.unmute') : t('call.mute'),
          muted ? <AudioMutedOutlined aria-hidden /> : <AudioOutlined aria-hidden />,
          keys.mute,
          {
            disabled: !inCall || silenced,
            onClick: () => void act(muted ? 'unmute' : 'mute'),
            testId: 'mute',
            busy: muting,
            on: muted && inCall,
          },
        )}
        {offered
          ? button(t('call.reject'), <CloseCircleOutlined aria-hidden />, null, {
              disabled: false,
              onClick: () => void act('reject'),
              testId: 'reject',
            })
          : button(t('call.hangUp'), <CloseCircleOutlined aria-hidden />, keys.hangUp, {
              disabled: !inCall && stage !== 'calling' && stage !== 'dialling',
              danger: true,
              onClick: () => void act('hang-up'),
              testId: 'hang-up',
            })}
        <div className="hj-call-more">
          <KeyPad key={`keys ${interaction?.id}`} id={interaction?.id ?? ''} usable={keyed}>
            {button(t('call.keys'), <NumberOutlined aria-hidden />, null, {
              disabled: !keyed,
              small: true,
              testId: 'keys',
            })}
          </KeyPad>
          {button(t('consult.button'), <TeamOutlined aria-hidden />, keys.consult, {
            disabled: !mayConsult,
            onClick: () => setOpening({ act: 'consult' }),
            small: true,
            testId: 'consult',
            on: atHand && asks,
          })}
          {button(t('consult.transferButton'), <Sign>⇄</Sign>, keys.transfer, {
            disabled: !mayTransfer,
            onClick: () => setOpening({ act: 'transfer' }),
            small: true,
            testId: 'transfer',
          })}
          {button(t('parked.park'), <VerticalAlignBottomOutlined aria-hidden />, null, {
            disabled: !mayPark,
            onClick: () => void act('park'),
            small: true,
            testId: 'park',
          })}
          {button(t('guidance.button'), <BranchesOutlined aria-hidden />, null, {
            disabled: !atHand || asks || led || lost || internal,
            onClick: () => setOpening({ act: 'consult', only: 'flow' }),
            small: true,
            testId: 'flow',
            on: atHand && led,
          })}
          {markable ? (
            <Suspense fallback={markLater}>
              <InCall.Malicious key={interaction.id} id={interaction.id} marked={interaction.malicious} />
            </Suspense>
          ) : (
            markLater
          )}
        </div>
        {byBrowser ? <LevelBar inCall={inCall && !lost} muted={muted} /> : null}
      </div>
      {host ? (
        <p className="hj-handed hj-quiet" data-testid="guest-of">
          {t('call.guestOf', { name: `${host.number} ${host.name}` })}
        </p>
      ) : null}
      {agent.failed_call ? (
        <Suspense fallback={null}>
          <InCall.FailedCall agent={agent} interaction={interaction} />
        </Suspense>
      ) : null}
      {interaction && stage !== 'idle' ? <HandedNote interaction={interaction} agentId={agent.id} /> : null}
      {interaction && interaction.forwarded.length > 0 && stage !== 'idle' ? (
        <Suspense fallback={null}>
          <InCall.Forwarded interaction={interaction} />
        </Suspense>
      ) : null}
      {lost ? (
        <Suspense fallback={null}>
          <InCall.LineLost interaction={interaction} agent={agent} />
        </Suspense>
      ) : null}
      {atHand ? (
        <Suspense fallback={null}>
          <InCall.MicrophoneLost />
          <InCall.Parties interaction={interaction} />
          <InCall.Guidance interaction={interaction} />
          <InCall.Targets
            interaction={interaction}
            opening={asks || led ? null : opening}
            close={() => setOpening(null)}
          />
        </Suspense>
      ) : null}
      {state.problem === 'microphone' ? (
        <Alert banner type="error" title={t('phone.microphoneRefused')} data-testid="phone-problem" />
      ) : null}
    </section>
  );
}

function CallHead({
  interaction,
  stage,
  agent,
}: {
  interaction: InteractionLive;
  stage: string;
  agent: AgentLive;
}) {
  const { t } = useTranslation();
  // Once in wrap-up the moment of connection is gone from the live record.
  const waited =
    stage !== 'wrap_up' && interaction.queued_at && (interaction.connected_at ?? interaction.offered_at)
      ? elapsedSeconds(
          interaction.queued_at,
          Date.parse(interaction.connected_at ?? interaction.offered_at ?? ''),
        )
      : null;
  const since =
    stage === 'wrap_up'
      ? agent.since
      : stage === 'offered'
        ? (interaction.queued_at ?? interaction.offered_at)
        : interaction.connected_at;
  const asks = asker(interaction, agent.id);
  const called = made(interaction, agent.id);
  const lost = lostUntil(interaction) !== null;
  return (
    <>
      <div className="hj-call-line">
        <span className="hj-call-caller">
          <CallerNumber value={interaction.caller} />
        </span>
        {interaction.caller_name ? (
          <strong data-testid="caller-name">{interaction.caller_name}</strong>
        ) : null}
        <Tag color={lost ? 'orange' : stage === 'offered' ? 'gold' : stage === 'wrap_up' ? 'purple' : 'blue'}>
          {lost
            ? t(ownParty(interaction, agent)?.lost_until ? 'partyState.lost' : 'lineLost.other')
            : stage === 'held' && interaction.held_at_phone
              ? t('call.heldAtPhone')
              : t(
                  stage === 'dialling'
                    ? 'partyState.calling'
                    : `interactionState.${stage as InteractionLive['state']}`,
                )}
        </Tag>
        {interaction.recording !== 'off' && ['connected', 'held'].includes(stage) ? (
          <Tag color={interaction.recording === 'on' ? 'red' : 'orange'} data-testid="recording-state">
            {t(interaction.recording === 'on' ? 'call.recorded' : 'call.recordingPaused')}
          </Tag>
        ) : null}
        {interaction.agent_id === agent.id && ['connected', 'held'].includes(stage) ? (
          <Suspense fallback={null}>
            <InCall.Recording interaction={interaction} />
          </Suspense>
        ) : null}
        {interaction.callback ? <Tag color="cyan">{t('direction.callback')}</Tag> : null}
        {interaction.direction === 'outbound' || interaction.direction === 'internal' ? (
          <Tag color="cyan" data-testid="direction">
            {t(`direction.${interaction.direction}`)}
          </Tag>
        ) : null}
        {asks && interaction.direction !== 'internal' ? (
          <Tag color="cyan" data-testid="asked-by">
            {t(inConference(interaction, agent.id) ? 'consult.conferenceOf' : 'consult.asksYou', {
              name: `${asks.number} ${asks.name}`,
            })}
          </Tag>
        ) : null}
        <span className="hj-call-timer">
          {stage === 'offered' && interaction.queued_at ? (
            <span className="hj-faint">{t('call.waiting')}</span>
          ) : null}
          <Elapsed since={since} />
        </span>
      </div>
      {interaction.callback && ['offered', 'calling'].includes(stage) ? (
        <div className="hj-call-how" data-testid="callback-how">
          {t(
            stage === 'calling'
              ? 'callback.callingNow'
              : interaction.callback.first === 'agent'
                ? 'callback.answerToCall'
                : 'callback.customerWaits',
          )}
        </div>
      ) : null}
      {called && !interaction.flow_path.length && !interaction.transfers.length ? null : (
        <div className="hj-call-how">
          {called ? null : <span className="hj-faint">{t('call.howItCame')}</span>}
          <Suspense fallback={null}>
            <InCall.FlowPath
              steps={interaction.flow_path}
              passed={interaction.transfers}
              queue={interaction.queue_name}
              tail={waited === null ? null : t('call.waited', { time: duration(Math.floor(waited)) })}
            />
          </Suspense>
        </div>
      )}
      <dl className="hj-call-facts">
        <div>
          <dt>{t('call.called')}</dt>
          <dd data-testid="called">
            {called && interaction.direction === 'internal' ? `${interaction.caller_name} ` : null}
            <PhoneNumber value={called ? interaction.caller : interaction.called} />
          </dd>
        </div>
        {interaction.direction === 'outbound' ? (
          <div>
            <dt>{t('call.shownNumber')}</dt>
            <dd>
              <PhoneNumber value={interaction.called} />
            </dd>
          </div>
        ) : null}
        {called ? null : (
          <div>
            <dt>{t('call.keysPressed')}</dt>
            <dd className="hj-mono">{interaction.keys || '–'}</dd>
          </div>
        )}
        <div>
          <dt>{t('call.language')}</dt>
          <dd>{spokenName(interaction.language)}</dd>
        </div>
      </dl>
    </>
  );
}

/** Whose call was missed, for whom the platform has set not ready because of it. */
function MissedLast({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const reason = platformReason(agent);
  const missed = useToday(agent).data?.last_missed;
  if (!reason || !missed || !agent.since || Math.abs(Date.parse(agent.since) - Date.parse(missed.at)) > 2000)
    return null;
  return (
    <p className="hj-missed-last" role="status" data-testid="missed-last">
      {t('idle.missed', { time: timeOrDay(missed.at), why: t(`platformReason.${reason}`) })}{' '}
      <CallerNumber value={missed.caller} />
    </p>
  );
}

function GoAvailable() {
  const { t } = useTranslation();
  const report = useReportError();
  return (
    <Button
      type="primary"
      size="large"
      onClick={() => void api.post('/me/state', { state: 'available' }).catch(report)}
      data-testid="go-available"
    >
      {t('work.goAvailable')}
    </Button>
  );
}
