import { Input, Select } from 'antd';
import { memo, Suspense, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAddressState } from '@/shared/components/address';
import { NotServed } from '@/shared/components/NotServed';
import { ParkedCalls } from '@/shared/components/ParkedCalls';
import { RoutingProblemsNotice } from '@/shared/components/RoutingProblems';
import { LoadingView, PageHead } from '@/shared/components/Views';
import { nameOrder } from '@/shared/i18n/order';
import { useLive, useLiveAgent } from '@/shared/live/hooks';
import { useParked } from '@/shared/live/parked';
import { piece } from '@/shared/pieces/piece';
import { useRight, useSession } from '@/shared/session/session';
import { AgentPanel } from './AgentPanel';
import { useUnseenAlarms } from './alarms';
import { CallBacks, NewCallBack, useCallBacks } from './CallBacks';
import { ChatPanel } from './ChatPanel';
import { Chats, useChats } from './Chats';
import { ClosedByHand } from './ClosedByHand';
import { useConferences } from './conferenceCalls';
import { Figures } from './Figures';
import { Floor, FloorFilters } from './Floor';
import { QueueTable } from './QueueTable';
import { ScreenViewsContext, useScreenViews } from './screenViews';
import { LiveTabs } from './LiveTabs';
import { useOnBreak } from './onBreak';
import { useOverdueCalls } from './overdue';
import { useSuggestions } from './suggestions';
import './supervisor.css';
import { useWaiting, WaitingCallers } from './WaitingCallers';
import { WhyPanel } from './WhyPanel';

const Alarms = piece(() => import('./Alarms'));
const Breaks = piece(() => import('./Breaks'));
const Indicators = piece(() => import('./Indicators'));
const Conferences = piece(() => import('./Conferences'));
const OverdueCalls = piece(() => import('./OverdueCalls'));
const Suggestions = piece(() => import('./Suggestions'));

/** The floor now: figures, queues, agents. Nothing here asks the server again; it is told. */
export function Live() {
  const { t, i18n } = useTranslation();
  const { view, notServed } = useLive((state) => state);
  const { text, change } = useAddressState();
  const screenViews = useScreenViews();
  const queues = useMemo(() => {
    const order = nameOrder(i18n.language);
    return [...view.queues.values()].sort((a, b) => order(a.name, b.name));
  }, [view.queues, i18n.language]);
  const wanted = text('q').trim().toLowerCase();
  const queueId = text('queue');
  const waiting = useWaiting(queueId, wanted);
  const showsWaiting = text('tab') === 'waiting';
  const showsCallBacks = text('tab') === 'callbacks';
  const showsChats = text('tab') === 'chats';
  const showsConferences = text('tab') === 'conferences';
  const showsBreaks = text('tab') === 'breaks';
  const showsAlarms = text('tab') === 'alarms';
  const showsIndicators = text('tab') === 'indicators';
  const showsOverdue = text('tab') === 'overdue';
  const showsSuggestions = text('tab') === 'suggestions';
  const showsAgents =
    !showsWaiting &&
    !showsCallBacks &&
    !showsChats &&
    !showsConferences &&
    !showsBreaks &&
    !showsAlarms &&
    !showsOverdue &&
    !showsSuggestions &&
    !showsIndicators;
  const chats = useChats(queueId, wanted);
  const callBacks = useCallBacks(queueId, wanted);
  const parked = useParked().filter((one) => !queueId || one.queue_id === queueId);
  const own = useLiveAgent(useSession().agent?.id);
  const conferences = useConferences(wanted);
  const breaks = useOnBreak(queueId, wanted);
  const unseen = useUnseenAlarms();
  const overdue = useOverdueCalls();
  const suggested = useSuggestions(false).data?.total ?? 0;
  const open = useCallback((id: string) => change({ agent: id, caller: null, chat: null }), [change]);
  const choose = useCallback(
    (id: string) => change({ queue: id === queueId ? null : id }),
    [change, queueId],
  );
  const chooseTab = useCallback((tab: string) => change({ tab: tab === 'agents' ? null : tab }), [change]);
  const find = useCallback((q: string) => change({ q }, { replace: true }), [change]);
  const close = useCallback(() => change({ agent: null, caller: null, chat: null }), [change]);
  const search = t(
    showsChats
      ? 'chat.search'
      : showsConferences
        ? 'conference.search'
        : showsAgents || showsBreaks
          ? 'live.searchAgent'
          : 'live.searchCaller',
  );
  if (view.seq < 0)
    return (
      <div className="hj-page" data-testid="live">
        {notServed ? (
          <>
            <PageHead title={t('area.live')} />
            <NotServed />
          </>
        ) : (
          <LoadingView rows={10} />
        )}
      </div>
    );
  return (
    <ScreenViewsContext value={screenViews}>
      <div className="hj-page" data-testid="live" data-seq={view.seq}>
        <Head />
        <Figures queues={queues} agents={[...view.agents.values()]} />
        <QueueTable queues={queues} chosen={queueId} choose={choose} />
        {parked.length > 0 ? (
          <div className="hj-panel hj-live-queues">
            <ParkedCalls calls={parked} agent={own} />
          </div>
        ) : null}
        <div className="hj-page-head hj-live-agents-head">
          <LiveTabs
            tab={text('tab')}
            waiting={waiting.length}
            chats={chats.length}
            callBacks={callBacks.length}
            conferences={conferences.length}
            breaks={breaks.length}
            overdue={overdue.total}
            suggestions={suggested}
            unseen={unseen}
            choose={chooseTab}
          />
          {showsAlarms || showsIndicators || showsOverdue || showsSuggestions ? null : (
            <Search what={search} value={text('q')} search={find} />
          )}
          {queueId ? (
            <Select
              style={{ minWidth: 140 }}
              allowClear
              aria-label={t('column.queue')}
              value={queueId}
              options={queues.map((queue) => ({ value: queue.id, label: queue.name }))}
              onChange={(value: string | undefined) => change({ queue: value })}
            />
          ) : null}
          {showsCallBacks ? (
            <div className="hj-page-actions">
              <NewCallBack queueId={queueId} />
            </div>
          ) : null}
          {showsAgents ? <FloorFilters /> : null}
        </div>
        {showsCallBacks ? (
          <CallBacks callBacks={callBacks} />
        ) : showsChats ? (
          <Chats
            chats={chats}
            chosen={text('chat')}
            open={(id) => change({ chat: id, agent: null, caller: null })}
          />
        ) : showsConferences ? (
          <Suspense fallback={<LoadingView rows={4} />}>
            <Conferences conferences={conferences} />
          </Suspense>
        ) : showsBreaks ? (
          <Suspense fallback={<LoadingView rows={4} />}>
            <Breaks breaks={breaks} />
          </Suspense>
        ) : showsWaiting ? (
          <WaitingCallers
            callers={waiting}
            chosen={text('caller')}
            open={(id) => change({ caller: id, agent: null, chat: null })}
          />
        ) : showsIndicators ? (
          <Suspense fallback={<LoadingView rows={6} />}>
            <Indicators queues={queues} agents={[...view.agents.values()]} />
          </Suspense>
        ) : showsOverdue ? (
          <Suspense fallback={<LoadingView rows={4} />}>
            <OverdueCalls overdue={overdue} />
          </Suspense>
        ) : showsSuggestions ? (
          <Suspense fallback={<LoadingView rows={4} />}>
            <Suggestions />
          </Suspense>
        ) : showsAlarms ? (
          <Suspense fallback={<LoadingView rows={4} />}>
            <Alarms open={open} />
          </Suspense>
        ) : (
          <Floor open={open} />
        )}
        <AgentPanel id={text('agent')} onClose={close} />
        <WhyPanel id={text('caller')} onClose={close} />
        <ChatPanel id={text('chat')} onClose={close} />
      </div>
    </ScreenViewsContext>
  );
}

// What stays is not drawn anew with every figure.

const Head = memo(function Head() {
  const { t } = useTranslation();
  const boards = useRight('wallboards');
  return (
    <>
      <PageHead
        title={t('area.live')}
        actions={boards ? <Link to="/admin/wallboards">{t('page.wallboards')}</Link> : null}
      />
      <NotServed />
      <ClosedByHand />
      <RoutingProblemsNotice />
    </>
  );
});

const Search = memo(function Search({
  what,
  value,
  search,
}: {
  what: string;
  value: string;
  search: (text: string) => void;
}) {
  return (
    <Input.Search
      allowClear
      placeholder={what}
      aria-label={what}
      defaultValue={value}
      onSearch={search}
      style={{ width: 200 }}
    />
  );
});
