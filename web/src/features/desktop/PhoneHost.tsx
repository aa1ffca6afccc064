import { Alert, Button } from 'antd';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { Elapsed } from '@/shared/components/Elapsed';
import { useReportError } from '@/shared/components/errors';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { useHeadsetWanted } from '@/shared/headset/wanted';
import { keyName } from '@/shared/keys/keys';
import { useKeyedActs, useKeys } from '@/shared/keys/useKeys';
import { phone, usePhone } from '@/shared/phone/hooks';
import { RemoteAudio } from '@/shared/phone/RemoteAudio';
import { piece } from '@/shared/pieces/piece';
import { useFloating } from './aids/floating';
import { useNotices } from './aids/notices';
import { answerHint } from './answerHint';
import { useLineReports } from './LineMark';
import { mutedByHost } from './parties';
import { useReturn } from './useReturn';
import { signInToWork, useCallActs, useMyAgent, useMyInteraction, type CallAct } from './work';
import './desktop.css';

const HeadsetHost = piece(() => import('./HeadsetHost'));
const FloatingBar = piece(() => import('./aids/FloatingBar'));
const FailedCallNotice = piece(() => import('./FailedCallNotice'));
const OfferNotices = piece(() => import('./aids/OfferNotices'));

/** One tab holds the telephone; another one takes over when that closes, or when asked to. */
function useOnlyTab(): { mine: boolean; take: () => void } {
  const locks = (navigator as Partial<Navigator>).locks;
  const [mine, setMine] = useState(locks === undefined);
  const [stealing, setStealing] = useState(0);
  useEffect(() => {
    if (!locks) return;
    const leaving = new AbortController();
    const until = new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()));
    const stand = async (steal: boolean) => {
      let wantsSteal = steal;
      while (!leaving.signal.aborted) {
        try {
          await locks.request(
            'hujiao-phone',
            wantsSteal ? { steal: true } : { signal: leaving.signal },
            () => {
              setMine(true);
              return until;
            },
          );
        } catch {
          // Another tab took it: stand by for the time when that one closes.
          wantsSteal = false;
          setMine(false);
        }
      }
    };
    void stand(stealing > 0);
    return () => leaving.abort();
  }, [locks, stealing]);
  return { mine, take: () => setStealing((times) => times + 1) };
}

/** What of the telephone must live on every screen: sound, keys, registration and the call bar. */
export function PhoneHost() {
  const { t } = useTranslation();
  const agent = useMyAgent();
  const interaction = useMyInteraction(agent);
  const state = usePhone();
  const act = useCallActs(interaction, agent);
  const report = useReportError();
  const { mine, take } = useOnlyTab();
  const floating = useFloating();
  const headset = useHeadsetWanted();
  const tells = useNotices() === 'on';
  const recovering = useRef(false);
  const worked = useRef(false);
  const works = agent !== null && agent.state !== 'logged_out';
  const byBrowser = agent?.phone_kind === 'browser';

  useEffect(() => {
    if (works && byBrowser && mine) worked.current = true;
    else {
      if (worked.current) phone.stop();
      worked.current = false;
      return;
    }
    // The page was loaded again while signed in to work: its telephone needs a new secret,
    // as it does when the engine has forgotten the old one.
    const fresh = state.registration === 'off' && !recovering.current;
    const refused = state.registration === 'refused';
    if (!fresh && !refused) return;
    const again = () => {
      recovering.current = true;
      signInToWork('browser')
        .catch(report)
        .finally(() => (recovering.current = false));
    };
    if (fresh) {
      again();
      return;
    }
    const timer = setTimeout(again, 8000);
    return () => clearTimeout(timer);
  }, [works, byBrowser, mine, state.registration, report]);

  useEffect(() => {
    const unlock = () => phone.unlockAudio();
    window.addEventListener('pointerdown', unlock, { once: true });
    window.addEventListener('keydown', unlock, { once: true });
    return () => {
      window.removeEventListener('pointerdown', unlock);
      window.removeEventListener('keydown', unlock);
    };
  }, []);

  const inCall = state.call !== null;
  useEffect(() => {
    if (!inCall) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const leave = () => phone.leave();
    window.addEventListener('beforeunload', ask);
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('beforeunload', ask);
      window.removeEventListener('pagehide', leave);
    };
  }, [inCall]);

  useReturn(agent, interaction, byBrowser && mine);
  useLineReports();

  // Muted or not is what the platform says, whichever tab asked for it: the microphone here follows.
  const muted = interaction?.muted ?? false;
  const talkingHere = state.call?.state === 'talking';
  useEffect(() => {
    if (talkingHere) phone.setMuted(muted);
  }, [talkingHere, muted]);

  const talking = interaction?.state === 'connected' || interaction?.state === 'held';
  const maySilence = talking && agent !== null && !mutedByHost(interaction, agent.id);
  const does = (wanted: CallAct | null) => (wanted ? () => void act(wanted) : null);
  useKeyedActs({
    answer: does(byBrowser && interaction?.state === 'offered' ? 'answer' : null),
    hold: does(
      interaction?.line_lost_until
        ? null
        : interaction?.state === 'held'
          ? 'resume'
          : interaction?.state === 'connected'
            ? 'hold'
            : null,
    ),
    mute: does(!maySilence ? null : interaction.muted ? 'unmute' : 'mute'),
    hangUp: does(talking || interaction?.state === 'dialling' ? 'hang-up' : null),
  });

  return (
    <>
      <RemoteAudio />
      <span
        hidden
        data-testid="phone-state"
        data-state={state.registration}
        data-call={state.call?.state ?? 'none'}
        data-muted={state.call?.muted ?? false}
      />
      {works && byBrowser && !mine ? (
        <div className="hj-float">
          <Alert
            type="warning"
            showIcon
            title={t('phone.otherTab')}
            action={<Button onClick={take}>{t('phone.useHere')}</Button>}
          />
        </div>
      ) : null}
      <CallBar act={act} />
      {agent?.failed_call ? (
        <Suspense fallback={null}>
          <FailedCallNotice failed={agent.failed_call} />
        </Suspense>
      ) : null}
      {tells && agent && mine ? (
        <Suspense fallback={null}>
          <OfferNotices agent={agent} interaction={interaction} />
        </Suspense>
      ) : null}
      {headset && byBrowser && mine ? (
        <Suspense fallback={null}>
          <HeadsetHost
            key={headset}
            interaction={interaction}
            phone={state.call?.state ?? 'none'}
            may={{
              answer: interaction?.state === 'offered',
              'hang-up': talking || interaction?.state === 'dialling',
              mute: maySilence,
              unmute: maySilence,
            }}
            act={act}
          />
        </Suspense>
      ) : null}
      {floating && agent ? (
        <Suspense fallback={null}>
          <FloatingBar at={floating} agent={agent} interaction={interaction} act={act} />
        </Suspense>
      ) : null}
    </>
  );
}

const shownInBar = ['offered', 'calling', 'dialling', 'connected', 'held'];

/** The call while its agent is on another screen, and that it is to be written up. */
function CallBar({ act }: { act: (name: CallAct) => Promise<void> }) {
  const { t } = useTranslation();
  const keys = useKeys();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const agent = useMyAgent();
  const interaction = useMyInteraction(agent);
  if (!interaction || pathname === '/desktop') return null;
  const wrappingUp = agent?.state === 'wrap_up';
  if (!wrappingUp && !shownInBar.includes(interaction.state)) return null;
  const offered = interaction.state === 'offered';
  return (
    <div className="hj-float hj-call-bar" data-state={interaction.state} role="status" data-testid="call-bar">
      <span>{t(`interactionState.${wrappingUp ? 'wrap_up' : interaction.state}`)}</span>
      <strong>
        <CallerNumber value={interaction.caller} />
      </strong>
      <Elapsed
        since={wrappingUp ? agent.since : offered ? interaction.offered_at : interaction.connected_at}
      />
      {wrappingUp ? null : offered && agent && agent.phone_kind !== 'browser' ? (
        <span>{t(answerHint(agent))}</span>
      ) : offered ? (
        <Button type="primary" onClick={() => void act('answer')} data-testid="call-bar-answer">
          {t('call.answer')} <span className="hj-keys">{keyName(keys.answer)}</span>
        </Button>
      ) : (
        <Button danger onClick={() => void act('hang-up')} data-testid="call-bar-hang-up">
          {t('call.hangUp')}
        </Button>
      )}
      <Button
        type={wrappingUp ? 'primary' : 'default'}
        onClick={() => void navigate('/desktop')}
        data-testid="to-desktop"
      >
        {t(wrappingUp ? 'wrapUp.title' : 'call.toDesktop')}
      </Button>
    </div>
  );
}
