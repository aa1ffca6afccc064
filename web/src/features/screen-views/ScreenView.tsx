import { CloseOutlined, ExpandOutlined, EyeInvisibleOutlined } from '@ant-design/icons';
import { Alert, Button, Segmented, Spin, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { AgentStateMark } from '@/shared/components/AgentStateMark';
import { Elapsed } from '@/shared/components/Elapsed';
import { Notice } from '@/shared/components/Notice';
import { useLiveAgent, useNow } from '@/shared/live/hooks';
import { socketAddress } from './address';
import type { Player } from './player';
import './screen-views.css';
import { type Watched, Watching } from './watching';
import type { Whole } from './whole';
import { WholeStage } from './WholeStage';

const soonMilliseconds = 3 * 60_000;
const unknown: Whole = { phase: 'connecting', why: 'network', stream: null };

type Shown = 'application' | 'whole';

/** Why there is nothing to see: what the server says, in the order in which it may happen. */
const known = [
  'agent_signed_out',
  'agent_not_at_work',
  'switched_off',
  'screen_view_off',
  'not_allowed',
  'forbidden',
  'not_found',
  'sees_other_projects',
  'your_own_screen',
  'session_ended',
  'not_signed_in',
  'time_over',
  'server_stopped',
] as const;

/** Why it is tried again and again: texts of `screenView.waits`. */
function waitsFor(why: string): 'throttled' | 'away' | null {
  if (why === '') return null;
  return why === 'throttled' ? 'throttled' : 'away';
}

/** An agent's screen, live. */
export function ScreenView() {
  const { id = '' } = useParams();
  return <Screen key={id} id={id} />;
}

function Screen({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const agent = useLiveAgent(id);
  const stage = useRef<HTMLDivElement>(null);
  const [attempt, setAttempt] = useState(0);
  const { state, whole, watching } = useScreen(id, stage, attempt);
  const room = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState<Shown>('application');
  const shown = state?.wholeAllowed ? wanted : 'application';
  useEffect(() => {
    const whole = watching.current?.whole;
    if (shown === 'application' || !whole) return;
    whole.start();
    return () => whole.stop();
  }, [shown, watching]);
  const close = () => void navigate(`/live?agent=${id}`);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || document.fullscreenElement || event.defaultPrevented) return;
      event.stopPropagation(); // the agent's panel, which opens at once, would take the same key as its own
      close();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  });
  const again = () => {
    setWanted('application');
    setAttempt(attempt + 1);
  };
  const over = state?.phase === 'ended';
  const waits = state?.phase === 'connecting' ? waitsFor(state.why) : null;
  return (
    <div className="hj-screen" data-testid="screen-view" data-phase={state?.phase ?? 'connecting'}>
      <header className="hj-screen-head">
        <h1>{t(over ? 'screenView.ended' : 'screenView.title', { name: agent?.name ?? '' })}</h1>
        {agent ? (
          <>
            <AgentStateMark state={agent.state} />
            <Elapsed since={agent.since} />
          </>
        ) : null}
        {state && !over && state.wholeAllowed ? (
          <Segmented<Shown>
            value={shown}
            onChange={setWanted}
            options={[
              { value: 'application', label: t('screenView.application') },
              { value: 'whole', label: t('screenView.wholeScreen') },
            ]}
            data-testid="screen-shown"
          />
        ) : null}
        <Status state={state} whole={shown === 'whole' ? whole : null} />
        <div className="hj-page-actions">
          {state?.phase === 'live' ? (
            <TimeLeft until={state.until} goOn={() => watching.current?.goOn()} />
          ) : null}
          <Button
            icon={<ExpandOutlined />}
            disabled={over}
            onClick={() => void room.current?.requestFullscreen()}
            data-testid="screen-full"
          >
            {t('screenView.full')}
          </Button>
          <Button
            type="primary"
            autoFocus
            icon={<CloseOutlined />}
            onClick={close}
            data-testid="screen-close"
          >
            {t('screenView.close')} <span className="hj-keys">Esc</span>
          </Button>
        </div>
      </header>
      {state && !over && state.hidden && shown === 'application' ? (
        <Alert
          type="info"
          showIcon
          icon={<EyeInvisibleOutlined />}
          title={t('screenView.hidden')}
          data-testid="screen-hidden"
        />
      ) : null}
      {state && !over && state.tooBig && shown === 'application' ? (
        <Alert type="warning" showIcon title={t('screenView.tooBig')} />
      ) : null}
      <div className="hj-screen-room" ref={room}>
        <div className="hj-screen-stage hj-private" ref={stage} data-testid="screen-stage" />
        {shown === 'whole' && !over ? (
          <WholeStage
            whole={whole}
            seen={() => watching.current?.whole.seen()}
            again={() => watching.current?.whole.start()}
          />
        ) : null}
        {over ? (
          <div className="hj-screen-over">
            <Notice
              title={t('screenView.over')}
              hint={t(`screenView.why.${known.find((one) => one === state.why) ?? 'other'}`)}
              action={<Button onClick={again}>{t('screenView.again')}</Button>}
              testId="screen-over"
            />
          </div>
        ) : state?.noPage ? (
          <div className="hj-screen-over">
            <Notice
              title={t('screenView.noPage')}
              hint={t('screenView.noPageHint')}
              testId="screen-no-page"
            />
          </div>
        ) : (state?.seen || shown === 'whole') && !waits ? null : (
          <div className="hj-screen-over">
            <Spin description={t(waits ? `screenView.waits.${waits}` : 'screenView.connecting')}>
              <div className="hj-screen-wait" />
            </Spin>
          </div>
        )}
      </div>
    </div>
  );
}

function useScreen(id: string, stage: React.RefObject<HTMLDivElement | null>, attempt: number) {
  const [state, setState] = useState<Watched | null>(null);
  const [whole, setWhole] = useState<Whole>(unknown);
  const watching = useRef<Watching | null>(null);
  const chart = useRef('');
  chart.current = useTranslation().t('screenView.chart');
  useEffect(() => {
    let player: Player | null = null;
    let gone = false;
    setState(null);
    setWhole(unknown);
    void import('./player').then((loaded) => {
      if (gone || !stage.current) return;
      player = new loaded.Player(stage.current, chart.current);
      const open = () => new WebSocket(socketAddress(`/agents/${id}/screen/socket`));
      const changed = (next: Watched) => {
        if (next.phase === 'ended') player?.clear();
        setState(next);
      };
      watching.current = new Watching(open, player, changed, setWhole);
      watching.current.start();
    });
    return () => {
      gone = true;
      watching.current?.stop();
      watching.current = null;
      player?.stop();
    };
  }, [id, stage, attempt]);
  return { state, whole, watching };
}

function Status({ state, whole }: { state: Watched | null; whole: Whole | null }) {
  const { t } = useTranslation();
  if (state?.phase === 'ended') return null;
  const live = whole ? whole.phase === 'live' : state?.phase === 'live';
  return (
    <>
      <Tag color={live ? 'green' : 'default'} role="status" data-testid="screen-status">
        {whole
          ? t(`screenView.whole.status.${whole.phase}`)
          : t(live ? 'screenView.live' : state?.noPage ? 'screenView.noPage' : 'screenView.connecting')}
      </Tag>
      {live && state ? (
        <span className="hj-quiet">
          {t(state.announced ? 'screenView.agentIsTold' : 'screenView.agentIsNotTold')}
        </span>
      ) : null}
    </>
  );
}

/** When it will end by itself, as soon as that is soon. */
function TimeLeft({ until, goOn }: { until: string | null; goOn: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const left = until ? Date.parse(until) - now : Infinity;
  if (left > soonMilliseconds) return null;
  return (
    <>
      <span className="hj-quiet">{t('screenView.endsSoon')}</span>
      <Button onClick={goOn} data-testid="screen-go-on">
        {t('screenView.goOn')}
      </Button>
    </>
  );
}
