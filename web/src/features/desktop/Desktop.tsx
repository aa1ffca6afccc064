import { PhoneOutlined, SettingOutlined } from '@ant-design/icons';
import { Alert, Button, Popover, Tag } from 'antd';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { Elapsed } from '@/shared/components/Elapsed';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { NotServed } from '@/shared/components/NotServed';
import { platformReason } from '@/shared/components/platformReason';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { useKeyedActs } from '@/shared/keys/useKeys';
import { useLive, useLiveInteraction } from '@/shared/live/hooks';
import { useParked } from '@/shared/live/parked';
import { usePhone } from '@/shared/phone/hooks';
import { piece } from '@/shared/pieces/piece';
import { CallerPanel } from './CallerPanel';
import { CallPanel } from './CallPanel';
import './desktop.css';
import { Recent } from './Recent';
import { nextItem, stageOf, useMyChats } from './chats/items';
import { usePages } from './pages/usePages';
import { TabList } from './TabList';
import { useDesktop, useMyAgent, useMyInteraction } from './work';

const WrapUp = piece(async () => ({ default: (await import('./WrapUp')).WrapUp }));
const DevicePicker = piece(async () => ({ default: (await import('./DevicePicker')).DevicePicker }));
const Supervision = piece(async () => ({
  default: (await import('@/shared/components/Supervision')).Supervision,
}));
const ParkedCalls = piece(async () => ({
  default: (await import('@/shared/components/ParkedCalls')).ParkedCalls,
}));
const BellSwitch = piece(() => import('./BellSwitch'));
const Aids = piece(() => import('./aids/Aids'));
const ChatItem = piece(async () => ({ default: (await import('./chats/ChatItem')).ChatItem }));
const ChatPane = piece(async () => ({ default: (await import('./chats/ChatPane')).ChatPane }));
const VisitorPanel = piece(async () => ({
  default: (await import('./chats/VisitorPanel')).VisitorPanel,
}));
const SignInToWork = piece(async () => ({ default: (await import('./SignInToWork')).SignInToWork }));

export function Desktop() {
  const desktop = useDesktop();
  const agent = useMyAgent();
  const interaction = useMyInteraction(agent);
  const raw = useLiveInteraction(agent?.interaction_id ?? null);
  const supervised = raw?.parties.some((one) => one.role === 'supervisor' && one.agent_id === agent?.id)
    ? raw
    : null;
  const notServed = useLive((live) => live.notServed);
  const chats = useMyChats(agent);
  const { chat, choose } = useChosen(agent, interaction, chats);
  if (!desktop.data || !agent)
    return (
      <div className="hj-page">
        {notServed ? (
          <NotServed />
        ) : desktop.isError ? (
          <ErrorView error={desktop.error} retry={() => void desktop.refetch()} />
        ) : (
          <LoadingView />
        )}
      </div>
    );
  if (agent.state === 'logged_out')
    return (
      <div className="hj-page hj-desktop-out">
        <NotServed />
        <Suspense fallback={<LoadingView />}>
          <SignInToWork />
        </Suspense>
        <div className="hj-panel">
          <Recent refresh={agent.since ?? ''} />
        </div>
      </div>
    );
  return (
    <div className="hj-desktop" data-testid="desktop" data-state={agent.state}>
      <WorkItems
        agent={agent}
        interaction={interaction}
        chats={chats}
        chosen={chat?.id ?? null}
        choose={choose}
        bell={desktop.data.night_bell}
      />
      <div className="hj-desktop-middle">
        <NotServed />
        <PhoneTrouble agent={agent} />
        {supervised ? (
          <section className="hj-panel hj-panel-body">
            <CallerNumber value={supervised.caller} />
            <Suspense fallback={<LoadingView />}>
              <Supervision interaction={supervised} />
            </Suspense>
          </section>
        ) : chat && !interaction ? null : (
          <CallPanel agent={agent} interaction={interaction} />
        )}
        {chat ? (
          <Suspense fallback={<LoadingView />}>
            <ChatPane key={chat.id} agent={agent} chat={chat} />
          </Suspense>
        ) : (
          <Below agent={agent} interaction={supervised ? null : interaction} />
        )}
      </div>
      {chat ? (
        <Suspense fallback={<aside className="hj-panel hj-caller" />}>
          <VisitorPanel chat={chat} />
        </Suspense>
      ) : (
        <CallerPanel interaction={interaction} />
      )}
    </div>
  );
}

/** The item that is looked at: what the address names, or else the call, or else the first chat. */
function useChosen(agent: AgentLive | null, call: InteractionLive | null, chats: InteractionLive[]) {
  const { text, change } = useAddressState();
  const wanted = text('item');
  const fallback = call ? null : (chats[0] ?? null);
  const chat = wanted === callItem && call ? null : (chats.find((one) => one.id === wanted) ?? fallback);
  const choose = (id: string) => change({ item: id }, { replace: true });
  const order = [...(call ? [callItem] : []), ...chats.map((one) => one.id)];
  const go = (step: 1 | -1) => () => {
    const next = nextItem(order, chat?.id ?? callItem, step);
    if (next) choose(next);
  };
  useKeyedActs({ previousItem: go(-1), nextItem: go(1) });
  // A chat that is offered comes to the front while nothing else is in hand.
  const offered = agent ? chats.find((one) => stageOf(one, agent.id) === 'offered')?.id : undefined;
  const idle = call === null && chats.length === 1;
  useEffect(() => {
    if (offered && idle) change({ item: offered }, { replace: true });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each offer
  }, [offered, idle]);
  return { chat, choose };
}

const callItem = 'call';

function Below({ agent, interaction }: { agent: AgentLive; interaction: InteractionLive | null }) {
  const { t } = useTranslation();
  // It is here before the call is answered.
  const coming = interaction !== null;
  useEffect(() => {
    if (coming) WrapUp.ahead();
  }, [coming]);
  const inHand =
    interaction !== null &&
    interaction.direction !== 'internal' && // nothing is written up
    (agent.state === 'engaged' || agent.state === 'wrap_up' || interaction.state === 'connected');
  // A linked page or the note comes to the front with every change of stage; the agent may still look elsewhere.
  const stage = interaction ? `${interaction.id} ${inHand ? agent.state : 'offered'}` : '';
  const [shown, setShown] = useState<{ stage: string; tab: string }>({ stage: '', tab: 'recent' });
  const show = (tab: string) => setShown({ stage, tab });
  const pages = usePages(agent, interaction, show);
  const first = pages.front ?? (inHand ? 'note' : 'recent');
  const keys = [...(inHand ? ['note'] : []), 'recent', ...pages.tabs.map(({ key }) => key)];
  const tab = shown.stage === stage && keys.includes(shown.tab) ? shown.tab : first;
  return (
    <section className="hj-panel hj-below">
      <TabList
        label={t('work.below')}
        chosen={tab}
        choose={show}
        tabs={[
          ...pages.tabs,
          {
            key: 'note',
            label: t('wrapUp.title'),
            disabled: !inHand,
            content: inHand ? (
              <Suspense fallback={<LoadingView />}>
                {/* Where somebody writes, they stay. */}
                <div onFocus={() => show('note')}>
                  <WrapUp key={interaction.id} agent={agent} interaction={interaction} />
                </div>
              </Suspense>
            ) : null,
          },
          {
            key: 'recent',
            label: t('recent.title'),
            content: <Recent refresh={`${agent.state}${agent.since ?? ''}`} />,
          },
        ]}
      />
    </section>
  );
}

/** Says when a call could not reach this agent, and why. */
function PhoneTrouble({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const state = usePhone();
  if (platformReason(agent) === 'no_sound')
    return (
      <Alert
        type="error"
        showIcon
        title={t('phone.noCommonSound')}
        description={t('phone.noCommonSoundHint')}
        data-testid="phone-no-sound"
      />
    );
  if (agent.phone_kind === 'number')
    return (
      <Alert
        type="info"
        showIcon
        title={t('phone.atNumber', { number: agent.phone_number })}
        description={t('phone.atNumberHint')}
        data-testid="phone-at-number"
      />
    );
  if (agent.phone_kind === 'phone')
    return agent.unreachable_since === null ? null : (
      <Alert type="warning" showIcon title={t('phone.hardPhoneAway')} data-testid="phone-away" />
    );
  if (state.registration === 'lost') return <Alert type="error" showIcon title={t('phone.lost')} />;
  if (state.registration === 'refused')
    return <Alert type="error" showIcon title={t('phone.refused')} description={state.failure} />;
  return null;
}

interface WorkItemsProps {
  agent: AgentLive;
  interaction: InteractionLive | null;
  chats: InteractionLive[];
  chosen: string | null;
  choose: (id: string) => void;
  /** Whether the night bell is on; null: there is none. */
  bell: boolean | null;
}

function WorkItems({ agent, interaction, chats, chosen, choose, bell }: WorkItemsProps) {
  const { t } = useTranslation();
  const state = usePhone();
  const parked = useParked();
  const queues = useLive((live) => live.view.queues);
  const mine = agent.queue_ids.map((id) => queues.get(id)).filter((queue) => queue !== undefined);
  const stage = agent.state === 'wrap_up' ? 'wrap_up' : interaction?.state;
  const byBrowser = agent.phone_kind === 'browser';
  const reachable = agent.unreachable_since === null;
  // Without the server's word nobody knows whether a call would reach the agent.
  const online = useLive((live) => live.status) === 'live';
  const ready = online && reachable && (!byBrowser || state.registration === 'registered');
  return (
    <aside className="hj-panel hj-work-items" aria-label={t('work.items')}>
      <div className="hj-panel-head">{t('work.items')}</div>
      <div className="hj-work-list">
        {interaction && stage ? (
          <button
            type="button"
            className="hj-work-item hj-work-choice"
            data-state={stage}
            aria-current={chosen === null}
            onClick={() => choose(callItem)}
            data-testid="call-item"
          >
            <span className="hj-work-item-name">
              <strong>
                <PhoneOutlined aria-hidden /> <CallerNumber value={interaction.caller} />
              </strong>
              {interaction.caller_name ? (
                <span className="hj-ellipsis">{interaction.caller_name}</span>
              ) : null}
              <span className="hj-quiet hj-ellipsis">{interaction.queue_name ?? '–'}</span>
            </span>
            <span className="hj-work-item-end">
              <Elapsed
                since={
                  stage === 'offered'
                    ? (interaction.queued_at ?? interaction.offered_at)
                    : (interaction.connected_at ?? agent.since)
                }
              />
              <span className="hj-faint">
                {t(stage === 'dialling' ? 'partyState.calling' : `interactionState.${stage}`)}
              </span>
            </span>
          </button>
        ) : chats.length === 0 ? (
          <p className="hj-faint hj-work-none">{t('work.noItems')}</p>
        ) : null}
        <Suspense fallback={null}>
          {chats.map((chat) => (
            <ChatItem
              key={chat.id}
              chat={chat}
              stage={stageOf(chat, agent.id)}
              chosen={chat.id === chosen}
              choose={() => choose(chat.id)}
            />
          ))}
        </Suspense>
        {chats.length + (interaction ? 1 : 0) > 1 ? (
          <p className="hj-faint hj-work-none">{t('chat.switchHint')}</p>
        ) : null}
      </div>
      {parked.length > 0 ? (
        <Suspense fallback={null}>
          <ParkedCalls calls={parked} agent={agent} />
        </Suspense>
      ) : null}
      <div className="hj-panel-head">{t('work.myQueues')}</div>
      <ul className="hj-work-queues">
        {mine.map((queue) => (
          <li key={queue.id}>
            <span className="hj-chip-name">{queue.name}</span>
            <span className="hj-faint">{t('work.availableAgents', { number: queue.agents_available })}</span>
            <strong className="hj-figures">{queue.waiting}</strong>
          </li>
        ))}
        {mine.length === 0 ? <li className="hj-faint">{t('work.noQueues')}</li> : null}
      </ul>
      <div className="hj-work-phone">
        <Tag
          color={ready ? 'green' : 'default'}
          data-testid="phone-tag"
          data-state={ready ? 'ready' : 'away'}
        >
          {!online
            ? t('phone.unknown')
            : byBrowser
              ? t(`registration.${state.registration}`)
              : t(ready ? 'phone.hardPhoneReady' : 'phone.hardPhoneMissing')}
        </Tag>
        <Suspense fallback={null}>
          <Aids />
        </Suspense>
        {bell !== null ? (
          <Suspense fallback={null}>
            <BellSwitch on={bell} />
          </Suspense>
        ) : null}
        {byBrowser ? (
          <Popover
            trigger="click"
            placement="topLeft"
            content={
              <Suspense fallback={<LoadingView rows={3} />}>
                <DevicePicker />
              </Suspense>
            }
            title={t('phone.devices')}
          >
            <Button
              type="text"
              size="small"
              icon={<SettingOutlined aria-hidden />}
              aria-label={t('phone.devices')}
            />
          </Popover>
        ) : null}
      </div>
    </aside>
  );
}
