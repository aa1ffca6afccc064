import { AppstoreOutlined, BarsOutlined } from '@ant-design/icons';
import { Input, Segmented, Select, Table, Tag, Tooltip, type TableColumnsType } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive, AgentState, QueueLive } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { Elapsed } from '@/shared/components/Elapsed';
import { NotServed } from '@/shared/components/NotServed';
import { ParkedCalls } from '@/shared/components/ParkedCalls';
import { RoutingProblemsNotice } from '@/shared/components/RoutingProblems';
import { EmptyView, LoadingView, PageHead } from '@/shared/components/Views';
import { percentage, ratio } from '@/shared/format/format';
import { nameOrder } from '@/shared/i18n/order';
import { useLive, useLiveAgent } from '@/shared/live/hooks';
import { useParked } from '@/shared/live/parked';
import { useRight, useSession } from '@/shared/session/session';
import { AgentCards, AgentTable } from './Agents';
import { AgentPanel } from './AgentPanel';
import { CallBacks, NewCallBack, useCallBacks } from './CallBacks';
import { ChatPanel } from './ChatPanel';
import { Chats, useChats } from './Chats';
import { ClosedByHand } from './ClosedByHand';
import { useConferences } from './conferenceCalls';
import { useHearable } from './hearable';
import { HearFilter } from './HearFilter';
import { useOnBreak } from './onBreak';
import './supervisor.css';
import { useWaiting, WaitingCallers } from './WaitingCallers';
import { WhyPanel } from './WhyPanel';

const Breaks = lazy(() => import('./Breaks'));
const Conferences = lazy(() => import('./Conferences'));

const states: AgentState[] = ['available', 'reserved', 'engaged', 'wrap_up', 'not_ready', 'logged_out'];

/** The floor now: figures, queues, agents. Nothing here asks the server again; it is told. */
export function Live() {
  const { t, i18n } = useTranslation();
  const { view, notServed } = useLive((state) => state);
  const { text, list, change } = useAddressState();
  const queues = useMemo(() => {
    const order = nameOrder(i18n.language);
    return [...view.queues.values()].sort((a, b) => order(a.name, b.name));
  }, [view.queues, i18n.language]);
  const wanted = text('q').trim().toLowerCase();
  const queueId = text('queue');
  const wantedStates = list('state');
  const stateKey = wantedStates.join();
  const agents = useMemo(
    () =>
      [...view.agents.values()]
        .filter((agent) => !queueId || agent.queue_ids.includes(queueId))
        .filter((agent) => !stateKey || stateKey.split(',').includes(agent.state))
        .filter(
          (agent) => !wanted || agent.name.toLowerCase().includes(wanted) || agent.number.includes(wanted),
        )
        .sort(
          (a, b) => states.indexOf(a.state) - states.indexOf(b.state) || a.number.localeCompare(b.number),
        ),
    [view.agents, queueId, stateKey, wanted],
  );
  const [kind, of] = text('of').split(':');
  const unheard = text('unheard') !== '';
  const filtered = useRight('supervision.listen') && (Boolean(of) || unheard);
  const hearable = useHearable(
    { ...(of ? { [`${kind}_id`]: of } : {}), ...(unheard ? { unheard } : {}) },
    filtered,
  );
  const shown = useMemo(() => {
    if (!filtered) return agents;
    const ids = new Set(hearable?.map((one) => one.id));
    return agents.filter((one) => ids.has(one.id));
  }, [agents, hearable, filtered]);
  const waiting = useWaiting(queueId, wanted);
  const showsWaiting = text('tab') === 'waiting';
  const showsCallBacks = text('tab') === 'callbacks';
  const showsChats = text('tab') === 'chats';
  const showsConferences = text('tab') === 'conferences';
  const showsBreaks = text('tab') === 'breaks';
  const showsAgents = !showsWaiting && !showsCallBacks && !showsChats && !showsConferences && !showsBreaks;
  const chats = useChats(queueId, wanted);
  const callBacks = useCallBacks(queueId, wanted);
  const parked = useParked().filter((one) => !queueId || one.queue_id === queueId);
  const own = useLiveAgent(useSession().agent?.id);
  const conferences = useConferences(wanted);
  const breaks = useOnBreak(queueId, wanted);
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
    <div className="hj-page" data-testid="live" data-seq={view.seq}>
      <PageHead title={t('area.live')} />
      <NotServed />
      <ClosedByHand />
      <RoutingProblemsNotice />
      <Figures queues={queues} agents={[...view.agents.values()]} />
      <QueueTable
        queues={queues}
        chosen={queueId}
        choose={(id) => change({ queue: id === queueId ? null : id })}
      />
      {parked.length > 0 ? (
        <div className="hj-panel hj-live-queues">
          <ParkedCalls calls={parked} agent={own} />
        </div>
      ) : null}
      <div className="hj-page-head hj-live-agents-head">
        <Segmented
          aria-label={t('area.live')}
          value={showsAgents ? 'agents' : text('tab')}
          onChange={(value) => change({ tab: value === 'agents' ? null : value })}
          options={[
            { value: 'agents', label: t('live.agents') },
            {
              value: 'waiting',
              label: (
                <span data-testid="tab-waiting">{t('live.waitingTab', { number: waiting.length })}</span>
              ),
            },
            {
              value: 'chats',
              label: <span data-testid="tab-chats">{t('chat.tab', { number: chats.length })}</span>,
            },
            {
              value: 'callbacks',
              label: (
                <span data-testid="tab-callbacks">{t('callback.tab', { number: callBacks.length })}</span>
              ),
            },
            {
              value: 'conferences',
              label: (
                <span data-testid="tab-conferences">
                  {t('conference.tab', { number: conferences.length })}
                </span>
              ),
            },
            {
              value: 'breaks',
              label: <span data-testid="tab-breaks">{t('breaks.tab', { number: breaks.length })}</span>,
            },
          ]}
        />
        <Input.Search
          allowClear
          placeholder={search}
          aria-label={search}
          defaultValue={text('q')}
          onSearch={(value) => change({ q: value }, { replace: true })}
          style={{ width: 200 }}
        />
        {!showsAgents ? null : (
          <>
            <Select
              mode="multiple"
              allowClear
              placeholder={t('live.allStates')}
              aria-label={t('live.state')}
              style={{ minWidth: 180 }}
              value={wantedStates}
              options={states.map((state) => ({ value: state, label: t(`agentState.${state}`) }))}
              onChange={(value: string[]) => change({ state: value })}
            />
            <HearFilter />
          </>
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
        <div className="hj-page-actions">
          {showsCallBacks ? <NewCallBack queueId={queueId} /> : null}
          {!showsAgents ? null : (
            <>
              <span className="hj-faint">{t('live.count', { number: shown.length })}</span>
              <Segmented
                aria-label={t('live.view')}
                value={text('view') || 'cards'}
                onChange={(value) => change({ view: value === 'cards' ? null : value })}
                options={[
                  {
                    value: 'cards',
                    icon: <AppstoreOutlined aria-label={t('live.cards')} />,
                    title: t('live.cards'),
                  },
                  {
                    value: 'table',
                    icon: <BarsOutlined aria-label={t('live.table')} />,
                    title: t('live.table'),
                  },
                ]}
              />
            </>
          )}
        </div>
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
      ) : filtered && hearable === null ? (
        <LoadingView rows={4} />
      ) : shown.length === 0 ? (
        <div className="hj-panel hj-panel-body">
          <EmptyView
            what={view.agents.size === 0 ? t('live.noAgents') : t('live.noAgentsMatch')}
            how={view.agents.size === 0 ? t('live.noAgentsHow') : undefined}
          />
        </div>
      ) : text('view') === 'table' ? (
        <AgentTable agents={shown} open={(id) => change({ agent: id, caller: null, chat: null })} />
      ) : (
        <AgentCards agents={shown} open={(id) => change({ agent: id, caller: null, chat: null })} />
      )}
      <AgentPanel id={text('agent')} onClose={() => change({ agent: null })} />
      <WhyPanel id={text('caller')} onClose={() => change({ caller: null })} />
      <ChatPanel id={text('chat')} onClose={() => change({ chat: null })} />
    </div>
  );
}

const sum = (queues: QueueLive[], pick: (queue: QueueLive) => number) =>
  queues.reduce((total, queue) => total + pick(queue), 0);

function Figures({ queues, agents }: { queues: QueueLive[]; agents: AgentLive[] }) {
  const { t } = useTranslation();
  const inFlow = useLive(
    (state) => [...state.view.interactions.values()].filter((one) => one.state === 'flow').length,
  );
  const longest = queues
    .map((queue) => queue.longest_wait_since)
    .filter((since): since is string => since !== null)
    .sort()[0];
  const count = (...wanted: AgentState[]) => agents.filter((agent) => wanted.includes(agent.state)).length;
  const level = ratio(
    sum(queues, (queue) => queue.service_level_numerator_today),
    sum(queues, (queue) => queue.service_level_denominator_today),
  );
  const waiting = sum(queues, (queue) => queue.waiting);
  return (
    <dl className="hj-panel hj-strip-figures" data-testid="figures">
      <Figure name={t('figure.serviceLevel')} value={percentage(level)} />
      <Figure name={t('figure.waiting')} value={waiting} alarm={waiting > 0} testId="figure-waiting" />
      <Figure
        name={t('figure.longest')}
        value={<Elapsed since={longest ?? null} amberAfter={20} redAfter={60} />}
      />
      <Figure name={t('figure.offered')} value={sum(queues, (queue) => queue.offered_today)} />
      <Figure name={t('figure.answered')} value={sum(queues, (queue) => queue.answered_today)} />
      <Figure name={t('figure.abandoned')} value={sum(queues, (queue) => queue.abandoned_today)} />
      <Figure name={t('figure.inFlow')} value={inFlow} />
      <Figure name={t('figure.available')} value={count('available')} testId="figure-available" />
      <Figure name={t('figure.talking')} value={count('engaged', 'reserved')} testId="figure-talking" />
      <Figure name={t('figure.wrapUp')} value={count('wrap_up')} />
      <Figure name={t('figure.notReady')} value={count('not_ready')} />
    </dl>
  );
}

function Figure({
  name,
  value,
  alarm = false,
  testId,
}: {
  name: string;
  value: React.ReactNode;
  alarm?: boolean;
  testId?: string;
}) {
  return (
    <div data-alarm={alarm} data-testid={testId}>
      <dt>{name}</dt>
      <dd className="hj-figures">{value}</dd>
    </div>
  );
}

function QueueTable({
  queues,
  chosen,
  choose,
}: {
  queues: QueueLive[];
  chosen: string;
  choose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const mostWaiting = Math.max(5, ...queues.map((queue) => queue.waiting));
  const columns: TableColumnsType<QueueLive> = [
    { title: t('column.queue'), dataIndex: 'name' },
    {
      title: t('figure.waiting'),
      dataIndex: 'waiting',
      width: 170,
      sorter: (a, b) => a.waiting - b.waiting,
      render: (waiting: number) => (
        <div className="hj-bar-cell">
          <strong data-testid="queue-waiting">{waiting}</strong>
          <div className="hj-bar" data-level={waiting > 0 ? 'amber' : 'calm'}>
            <span style={{ width: `${(waiting / mostWaiting) * 100}%` }} />
          </div>
        </div>
      ),
    },
    {
      title: t('figure.longest'),
      dataIndex: 'longest_wait_since',
      width: 120,
      align: 'right',
      render: (since: string | null) => <Elapsed since={since} amberAfter={20} redAfter={60} />,
    },
    {
      title: t('live.availableOfSigned'),
      key: 'agents',
      width: 140,
      align: 'right',
      render: (_, queue) => (
        // Nobody there is an alarm only while somebody waits.
        <span
          data-level={queue.agents_signed_in === 0 && queue.waiting > 0 ? 'red' : 'calm'}
          className="hj-timer hj-live-there"
        >
          {queue.agents_reserved > 0 ? (
            <Tooltip title={t('live.reservedHint', { count: queue.agents_reserved })}>
              <Tag data-testid="queue-reserved">{t('live.reserved', { count: queue.agents_reserved })}</Tag>
            </Tooltip>
          ) : null}
          {queue.agents_available} / {queue.agents_signed_in}
        </span>
      ),
    },
    { title: t('figure.offered'), dataIndex: 'offered_today', width: 100, align: 'right' },
    { title: t('figure.answered'), dataIndex: 'answered_today', width: 110, align: 'right' },
    { title: t('figure.abandoned'), dataIndex: 'abandoned_today', width: 120, align: 'right' },
    {
      title: t('figure.serviceLevel'),
      key: 'level',
      width: 180,
      render: (_, queue) => {
        const level = ratio(queue.service_level_numerator_today, queue.service_level_denominator_today);
        return (
          <div className="hj-bar-cell hj-bar-cell-wide">
            <span>{percentage(level)}</span>
            <div className="hj-bar">
              <span style={{ width: `${(level ?? 0) * 100}%` }} />
            </div>
          </div>
        );
      },
    },
  ];
  return (
    <div className="hj-panel hj-live-queues">
      <Table<QueueLive>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={queues}
        pagination={false}
        scroll={queues.length > 6 ? { y: 'max(216px, 34vh)' } : undefined}
        locale={{ emptyText: <EmptyView what={t('live.noQueues')} how={t('live.noQueuesHow')} /> }}
        rowClassName={(queue) => (queue.id === chosen ? 'hj-row-link hj-row-chosen' : 'hj-row-link')}
        onRow={(queue) => ({
          tabIndex: 0,
          onClick: () => choose(queue.id),
          onKeyDown: (event) => {
            if (event.key === 'Enter') choose(queue.id);
          },
          ...({ 'data-testid': 'queue-row', 'data-id': queue.id } as object),
        })}
      />
    </div>
  );
}
