import { DownOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, Popover, Tag, Tooltip, type MenuProps } from 'antd';
import { Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '@/shared/api/client';
import type { AdjustmentLive, AgentLive, BreakAnswer, QueueLive } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { AgentStateMark } from '@/shared/components/AgentStateMark';
import { ConnectionMark } from '@/shared/components/ConnectionMark';
import { Elapsed } from '@/shared/components/Elapsed';
import { platformReason } from '@/shared/components/platformReason';
import { useReportError } from '@/shared/components/errors';
import { duration, elapsedSeconds } from '@/shared/format/format';
import { useOfferedActs } from '@/shared/acts/offered';
import { keyShortcut } from '@/shared/keys/keys';
import { useKeyedActs, useKeys } from '@/shared/keys/useKeys';
import { useLive, useLiveInteraction, useNow } from '@/shared/live/hooks';
import { piece } from '@/shared/pieces/piece';
import { holdsText, isBeneath, levelText, whatText } from '@/shared/adjustments/adjustments';
import { later, sharing, sharingPossible } from '@/shared/whole-screen/later';
import { useLeaving } from './leaving';
import { useOpenSummaries } from './summary/useOpenSummaries';
import { signOutOfWork, useDesktop, useDesktopAnew, useMyAgent, useToday } from './work';
import './desktop.css';

const WorkMark = piece(async () => ({ default: (await import('@/shared/components/WorkMark')).WorkMark }));
const NightBell = piece(() => import('./NightBell'));
const BreakMark = piece(() => import('./BreakMark'));
const Forwards = piece(() => import('./Forwards'));
const wholeScreenMark = later(() => import('./WholeScreenMark'));
const OwnAlarm = piece(() => import('./OwnAlarm'));
const OpenSummaries = piece(() => import('./summary/OpenSummaries'));
const chipsShown = 5;

/** The agent's own line at the top of every screen: state, queues, today. */
export function AgentStrip() {
  const agent = useMyAgent();
  useDesktopAnew();
  useNoSharing();
  return (
    <div className="hj-strip">
      <StateMenu />
      {agent?.bell ? (
        <Suspense fallback={null}>
          <NightBell />
        </Suspense>
      ) : null}
      {agent && (agent.break_request || agent.break_refused) ? (
        <Suspense fallback={null}>
          <BreakMark agent={agent} />
        </Suspense>
      ) : null}
      {agent ? <MayForward agent={agent} /> : null}
      {agent ? <Late agent={agent} /> : null}
      {agent ? <ConnectionMark agent={agent} /> : null}
      {agent && agent.state !== 'logged_out' ? <WholeScreen /> : null}
      {agent?.work_by || agent?.next_work ? (
        <Suspense fallback={null}>
          <WorkMark agent={agent} />
        </Suspense>
      ) : null}
      {agent && agent.state !== 'logged_out' ? <TemporaryMark agent={agent} /> : null}
      <ToComplete />
      <QueueChips queueIds={agent?.queue_ids ?? []} />
      {agent && agent.state !== 'logged_out' ? <TodayChip /> : null}
    </div>
  );
}

/** Loaded when calls to me go elsewhere, or I want that. */
function MayForward({ agent }: { agent: AgentLive }) {
  const { text } = useAddressState();
  if (!agent.forwarding.length && !agent.forwarded && text('forwarding') !== 'open') return null;
  return (
    <Suspense fallback={null}>
      <Forwards agent={agent} />
    </Suspense>
  );
}

/** Loaded once something is to be completed, and there while its list is open. */
function ToComplete() {
  const list = useOpenSummaries(useMyAgent());
  const { text } = useAddressState();
  if (!list.data?.total && text('summaries') !== 'open') return null;
  return (
    <Suspense fallback={null}>
      <OpenSummaries list={list} />
    </Suspense>
  );
}

/** Loaded when my state has lasted too long, and not before. */
function Late({ agent }: { agent: AgentLive }) {
  const now = useNow();
  const first = Math.min(agent.amber_after ?? Infinity, agent.red_after ?? Infinity);
  if (!agent.activity_since || elapsedSeconds(agent.activity_since, now) < first) return null;
  return (
    <Suspense fallback={null}>
      <OwnAlarm agent={agent} />
    </Suspense>
  );
}

function StateMenu() {
  const { t } = useTranslation();
  const agent = useMyAgent();
  const desktop = useDesktop();
  const calls = useLiveInteraction(agent?.interaction_id)?.state === 'dialling' && agent?.state === 'engaged';
  const report = useReportError();
  const { message } = App.useApp();
  const leaving = useLeaving();
  const navigate = useNavigate();
  const address = useAddressState();
  const [open, setOpen] = useState(false);
  const keys = useKeys();
  const reasons = desktop.data?.reason_codes ?? [];
  const change = (body: { state: string; reason_code_id?: string }) => {
    api.post('/me/state', body).catch(report);
  };
  // What became of the request is said at once; one that waits has its place in the mark beside.
  const askForBreak = (reason: string) =>
    void api
      .post<BreakAnswer>('/me/break', { reason_code_id: reason })
      .then(({ state, place }) => {
        if (state === 'refused') void message.warning(t('breaks.refusedFull'), 6);
        else if (state === 'waiting') void message.info(t('breaks.queued', { place }), 6);
        else void message.success(t(state === 'began' ? 'breaks.began' : 'breaks.granted'), 6);
      })
      .catch(report);
  // Ready by one key; for not ready a reason is to be chosen where there are any.
  const notReady = () => (reasons.length > 0 ? setOpen(true) : change({ state: 'not_ready' }));
  useKeyedActs({
    ready:
      agent?.state === 'not_ready'
        ? () => change({ state: 'available' })
        : agent && agent.state !== 'logged_out'
          ? notReady
          : null,
  });
  const choose = (key: string) => {
    setOpen(false);
    if (key === 'available') change({ state: 'available' });
    else if (key === 'not_ready') change({ state: 'not_ready' });
    else if (key === 'sign-out') leaving(t('work.signOut'), signOutOfWork);
    else if (key === 'sign-in') void navigate('/desktop');
    else if (key === 'forwarding') address.change({ forwarding: 'open' });
    else if (reasons.find((one) => one.id === key)?.is_break) askForBreak(key);
    else change({ state: 'not_ready', reason_code_id: key });
  };
  const works = agent !== null && agent.state !== 'logged_out';
  useOfferedActs(
    [
      ...(works
        ? reasons
            .filter((one) => !one.is_break || !agent.break_request)
            .map((one) => ({
              key: one.id,
              label: t(one.is_break ? 'breaks.ask' : 'work.notReadyFor', { reason: one.name }),
            }))
        : []),
      { key: 'forwarding', label: t('forwarding.menu') },
      works ? { key: 'sign-out', label: t('work.signOut') } : { key: 'sign-in', label: t('work.signIn') },
    ].map((act) => ({ ...act, key: `state ${act.key}`, run: () => choose(act.key) })),
  );
  if (!agent)
    return (
      <Button className="hj-state-button" loading disabled data-testid="state-menu" data-state="unknown" />
    );
  const { state } = agent;
  const ours = platformReason(agent);
  const reason = ours
    ? t(`platformReason.${ours}`)
    : reasons.find((one) => one.id === agent.reason_code_id)?.name;

  const forwarding = { key: 'forwarding', label: t('forwarding.menu') };
  const items: MenuProps['items'] =
    state === 'logged_out'
      ? [{ key: 'sign-in', label: t('work.signIn') }, forwarding]
      : [
          { key: 'available', label: <AgentStateMark state="available" reason={t('work.goAvailable')} /> },
          { type: 'divider' },
          ...(reasons.length > 0
            ? reasons.map((one) => ({
                key: one.id,
                disabled: one.is_break && Boolean(agent.break_request),
                label: (
                  <AgentStateMark
                    state="not_ready"
                    reason={t(one.is_break ? 'breaks.ask' : 'work.notReadyFor', { reason: one.name })}
                  />
                ),
              }))
            : [
                {
                  key: 'not_ready',
                  label: <AgentStateMark state="not_ready" reason={t('work.goNotReady')} />,
                },
              ]),
          { type: 'divider' },
          forwarding,
          { type: 'divider' },
          { key: 'sign-out', label: t('work.signOut') },
        ];
  return (
    <Dropdown
      trigger={['click']}
      autoFocus
      open={open}
      onOpenChange={setOpen}
      menu={{ items, onClick: ({ key }) => choose(key) }}
    >
      <Button
        className="hj-state-button"
        aria-keyshortcuts={keyShortcut(keys.ready)}
        data-testid="state-menu"
        data-state={state}
      >
        <AgentStateMark
          state={state}
          reason={calls ? t('partyState.calling') : state === 'not_ready' ? reason : undefined}
        />
        {state !== 'logged_out' ? <Elapsed since={agent.since} /> : null}
        <DownOutlined className="hj-faint" style={{ fontSize: 10 }} />
      </Button>
    </Dropdown>
  );
}

/** Where the company has it no more, nothing is captured of the screen, whatever the agent is about to do. */
function useNoSharing() {
  const off = useDesktop().data?.whole_screen === 'off';
  useEffect(() => {
    if (off) sharing.stop();
  }, [off]);
}

/** Loaded where the company has it. */
function WholeScreen() {
  const rule = useDesktop().data?.whole_screen ?? 'off';
  if (rule === 'off' || !sharingPossible()) return null;
  const WholeScreenMark = wholeScreenMark();
  return (
    <Suspense fallback={null}>
      <WholeScreenMark required={rule === 'required'} />
    </Suspense>
  );
}

/** What a supervisor has changed of what I take and may do, and until when. */
function TemporaryMark({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const { data } = useDesktop();
  const given = agent.adjustments;
  if (given.length === 0) return null;
  const what = ({ kind, subject, name }: AdjustmentLive) => {
    const skill = data?.skills.find((one) => one.id === subject)?.name;
    return kind === 'project' ? t('adjustKind.project') : whatText(kind, subject, skill ?? name, t);
  };
  const lines = (
    <dl className="hj-today" style={{ width: 320 }}>
      {given.map((one) => (
        <div key={one.id}>
          <dt>
            {what(one)} {levelText(one.kind, one.level, t)}
            {one.reason ? <div className="hj-faint">{one.reason}</div> : null}
          </dt>
          <dd>{isBeneath(one, given) ? t('temporary.afterwards') : holdsText(one, t)}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <Popover content={lines} title={t('temporary.title')} trigger={['hover', 'focus']}>
      <Tag tabIndex={0} color="gold" data-testid="temporary-mark" style={{ marginInlineEnd: 0 }}>
        {given.length === 1 && given[0]
          ? t('temporary.mark', {
              name: what(given[0]),
              level: levelText(given[0].kind, given[0].level, t),
            })
          : t('temporary.marks', { number: given.length })}
      </Tag>
    </Popover>
  );
}

function QueueChips({ queueIds }: { queueIds: string[] }) {
  const { t } = useTranslation();
  const queues = useLive((state) => state.view.queues);
  const mine = useMemo(
    () => queueIds.map((id) => queues.get(id)).filter((queue): queue is QueueLive => queue !== undefined),
    [queueIds, queues],
  );
  const chip = (queue: QueueLive) => (
    <span key={queue.id} className="hj-chip" data-waiting={queue.waiting > 0} data-testid="queue-chip">
      <span className="hj-chip-name">{queue.name}</span>
      <strong className="hj-figures">{queue.waiting}</strong>
      {queue.longest_wait_since ? (
        <Elapsed since={queue.longest_wait_since} amberAfter={30} redAfter={90} />
      ) : null}
    </span>
  );
  return (
    <div className="hj-chips" aria-label={t('work.myQueues')}>
      {mine.slice(0, chipsShown).map(chip)}
      {mine.length > chipsShown ? (
        <Popover
          content={<div className="hj-chips-more">{mine.slice(chipsShown).map(chip)}</div>}
          trigger="click"
        >
          <Button size="small" type="text">
            {t('work.moreQueues', { number: mine.length - chipsShown })}
          </Button>
        </Popover>
      ) : null}
    </div>
  );
}

function TodayChip() {
  const { t } = useTranslation();
  const agent = useMyAgent();
  const { data } = useToday(agent);
  if (!data) return null;
  const times = (count: number, seconds: number) => t('today.times', { count, time: duration(seconds) });
  const lines: [string, string | number][] = [
    [t('today.offered'), data.offered],
    [t('today.answered'), data.answered],
    [t('today.missed'), data.missed],
    [t('today.aht'), duration(data.aht_seconds)],
    [t('today.talk'), duration(data.talk_seconds)],
    [t('today.hold'), duration(data.hold_seconds)],
    [t('today.wrapUp'), duration(data.wrap_up_seconds)],
    ...(data.outbound
      ? [[t('today.outbound'), times(data.outbound, data.outbound_seconds)] as [string, string]]
      : []),
    ...(data.internal
      ? [[t('direction.internal'), duration(data.internal_seconds)] as [string, string]]
      : []),
    [t('today.signedIn'), duration(data.signed_in_seconds)],
    [t('today.available'), duration(data.available_seconds)],
    [t('today.notReady'), duration(data.not_ready_seconds)],
    [t('today.busy'), data.busy],
    [t('today.breaks'), times(data.breaks, data.break_seconds)],
  ];
  const table = (
    <dl className="hj-today">
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="hj-figures">{value}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <Popover content={table} title={t('today.title')} trigger={['hover', 'focus']}>
      <Tooltip>
        <Button
          type="text"
          className="hj-today-chip"
          title={`${t('today.aht')} ${duration(data.aht_seconds)}`}
          data-testid="today"
        >
          <span className="hj-faint">{t('today.short')}</span>
          <strong className="hj-figures">{data.answered}</strong>
          <span className="hj-figures hj-quiet">{duration(data.aht_seconds)}</span>
        </Button>
      </Tooltip>
    </Popover>
  );
}
