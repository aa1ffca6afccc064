import { useQuery } from '@tanstack/react-query';
import { Drawer, List } from 'antd';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { AgentLive, Interaction, Page } from '@/shared/api/types';
import { ConnectionMark } from '@/shared/components/ConnectionMark';
import { Elapsed } from '@/shared/components/Elapsed';
import { GiveWork } from '@/shared/components/GiveWork';
import { FlowPath } from '@/shared/components/FlowPath';
import { useFocusReturns } from '@/shared/components/focus';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { Supervision } from '@/shared/components/Supervision';
import { EmptyView } from '@/shared/components/Views';
import { duration } from '@/shared/format/format';
import { timeOrDay } from '@/shared/format/time';
import { phoneKindText } from '@/shared/format/phoneKind';
import { useLive, useLiveAgent, useLiveInteraction } from '@/shared/live/hooks';
import { bulletinTo } from '@/shared/components/bulletinTo';
import { useRight } from '@/shared/session/session';
import { ActivityMark } from './ActivityMark';
import { Adjustments } from './Adjustments';
import { CallMarks } from './CallMarks';
import { StateTimer } from './Agents';
import { ForceState } from './ForceState';
import { useHearable } from './hearable';
import { useReasonNames } from './reasons';
import { ScreenViews, ViewScreen } from './ScreenViews';

/** What one agent does now and did lately, beside the floor. */
export const AgentPanel = memo(function AgentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const agent = useLiveAgent(id);
  return (
    <>
      {agent ? <FocusReturns key={agent.id} /> : null}
      <Drawer
        open={agent !== null}
        size={440}
        title={agent?.name}
        onClose={onClose}
        destroyOnHidden
        mask={false}
      >
        {agent ? <AgentNow agent={agent} /> : null}
      </Drawer>
    </>
  );
});

/** Beside the panel: what is in it comes when the panel has the focus already. */
function FocusReturns() {
  useFocusReturns();
  return null;
}

function AgentNow({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const writes = useRight('bulletins.persons');
  const reason = useReasonNames();
  const queues = useLive((state) => state.view.queues);
  const interaction = useLiveInteraction(agent.interaction_id);
  const heard = useHearable({ number: agent.number })?.[0];
  const recent = useQuery({
    queryKey: ['interactions', 'of-agent', agent.id, agent.state],
    queryFn: () =>
      api.get<Page<Interaction>>('/interactions', {
        agent_id: agent.id,
        page: 1,
        page_size: 12,
        sort: '-started_at',
      }),
    placeholderData: (previous) => previous,
  });
  return (
    <div className="hj-agent-panel" data-testid="agent-panel" data-state={agent.state}>
      <div className="hj-agent-card-line">
        <ActivityMark activity={agent.activity} reason={reason(agent)} />
        <StateTimer agent={agent} />
      </div>
      <CallMarks agent={agent} />
      <ConnectionMark agent={agent} />
      <dl className="hj-facts">
        <div>
          <dt>{t('live.number')}</dt>
          <dd>{agent.number}</dd>
        </div>
        <div>
          <dt>{t('live.phone')}</dt>
          <dd data-testid="agent-phone">
            {t(phoneKindText[agent.phone_kind])} {agent.phone_number}
          </dd>
        </div>
        {agent.seat ? (
          <div>
            <dt>{t('seat.yours')}</dt>
            <dd data-testid="agent-seat">{agent.seat}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t('page.queues')}</dt>
          <dd>
            {agent.queue_ids
              .map((queueId) => queues.get(queueId)?.name)
              .filter(Boolean)
              .join(' · ') || '–'}
          </dd>
        </div>
        {heard ? (
          <div>
            <dt>{t('live.heardToday')}</dt>
            <dd data-testid="heard-today" data-times={heard.heard_today}>
              {heard.last_heard_at
                ? t('live.heardTimes', { number: heard.heard_today, time: timeOrDay(heard.last_heard_at) })
                : t('live.notHeard')}
            </dd>
          </div>
        ) : null}
      </dl>
      <ForceState agent={agent} />
      <GiveWork agents={[agent]} />
      <ViewScreen agent={agent} />
      {writes ? (
        <Link to={bulletinTo(agent.number)} data-testid="message-agent">
          {t('bulletin.toAgent')}
        </Link>
      ) : null}
      {interaction ? (
        <section className="hj-panel hj-panel-body">
          <div className="hj-agent-card-line">
            <strong>
              <CallerNumber value={interaction.caller} />
            </strong>
            <Elapsed since={interaction.connected_at ?? interaction.offered_at} />
          </div>
          <div className="hj-quiet">
            <FlowPath
              steps={interaction.flow_path}
              passed={interaction.transfers}
              queue={interaction.queue_name}
            />
          </div>
          <Link to={`/interactions/${interaction.id}`}>{t('live.openInteraction')}</Link>
          <Supervision interaction={interaction} />
        </section>
      ) : null}
      <Adjustments agent={agent} />
      <ScreenViews agent={agent} />
      <section>
        <h3>{t('recent.title')}</h3>
        <List
          size="small"
          loading={recent.isPending}
          dataSource={recent.data?.items ?? []}
          locale={{ emptyText: <EmptyView what={t('live.noRecent')} /> }}
          renderItem={(one) => (
            <List.Item>
              <Link to={`/interactions/${one.id}`} className="hj-agent-recent">
                <span>{timeOrDay(one.started_at)}</span>
                <CallerNumber value={one.caller} medium={one.medium} />
                <span className="hj-ellipsis">{one.queue_name ?? '–'}</span>
                <span>{duration(one.talk_seconds)}</span>
              </Link>
            </List.Item>
          )}
        />
      </section>
    </div>
  );
}
