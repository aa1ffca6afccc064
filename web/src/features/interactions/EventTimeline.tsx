import { Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import type { InteractionDetail, InteractionEvent } from '@/shared/api/types';
import { useCodeLabel } from '@/shared/components/labels';
import { duration, phoneNumber } from '@/shared/format/format';
import { timeOfDayExact } from '@/shared/format/time';
import { useLive } from '@/shared/live/hooks';
import { offerOf } from './offer';
import { OfferWhy } from './OfferWhy';

const colours: Record<string, string> = {
  interaction: 'gray',
  flow: 'var(--hj-accent)',
  queue: 'var(--hj-amber)',
  offer: 'var(--hj-reserved)',
  agent: 'var(--hj-engaged)',
  recording: 'var(--hj-red)',
  transfer: 'var(--hj-engaged)',
  call: 'var(--hj-engaged)',
  consultation: 'var(--hj-engaged)',
  conference: 'var(--hj-engaged)',
  party: 'var(--hj-engaged)',
  supervision: 'var(--hj-accent)',
  voicemail: 'var(--hj-red)',
  wrap_up: 'var(--hj-wrap-up)',
  summary: 'var(--hj-wrap-up)',
};

/** Everything that happened, to the millisecond, in the order of the ledger. */
export function EventTimeline({ one }: { one: InteractionDetail }) {
  const { t } = useTranslation();
  const label = useCodeLabel();
  const agentName = useAgentName(one);
  const describe = useDescription(one, agentName);
  if (one.events.length === 0) return <span className="hj-faint">{t('interactions.noEvents')}</span>;
  return (
    <Timeline
      className="hj-events"
      items={one.events.map((event) => {
        const text = describe(event);
        const offer = event.kind === 'offer.made' ? offerOf(event.data) : null;
        return {
          key: event.seq,
          color: colours[event.kind.split('.')[0] ?? ''] ?? 'gray',
          content: (
            <div data-testid="event" data-kind={event.kind}>
              <span className="hj-event-time hj-figures">{timeOfDayExact(event.at)}</span>
              <span>{label('eventKind', event.kind)}</span>
              {text ? <div className="hj-quiet">{text}</div> : null}
              {offer ? <OfferWhy offer={offer} agentName={agentName} /> : null}
            </div>
          ),
        };
      })}
    />
  );
}

function useAgentName(one: InteractionDetail): (id: string | null) => string | null {
  const agents = useLive((state) => state.view.agents);
  return (id) =>
    id
      ? (agents.get(id)?.name ?? one.segments.find((segment) => segment.agent_id === id)?.agent_name ?? null)
      : null;
}

/** What the flow's author called a step; its key where they did not. */
const stepName = (one: InteractionDetail, node: string | null) =>
  one.events
    .map(({ data }) => (data.node === node && typeof data.label === 'string' ? data.label : null))
    .find(Boolean) ?? node;

const milliseconds = (data: Record<string, unknown>) => Math.round(Number(data.seconds ?? 0) * 1000);

/** The telling parts of an event's data, each with its name. */
function useDescription(
  one: InteractionDetail,
  agentName: (id: string | null) => string | null,
): (event: InteractionEvent) => string {
  const { t } = useTranslation();
  const label = useCodeLabel();
  const queues = useLive((state) => state.view.queues);
  const queueName = (id: unknown) =>
    typeof id === 'string'
      ? (queues.get(id)?.name ?? one.segments.find((segment) => segment.queue_id === id)?.queue_name ?? null)
      : null;
  return (event) => {
    const { data } = event;
    const parts: string[] = [];
    const say = (name: Parameters<typeof named>[0], value: string | null) => {
      if (value) parts.push(named(name, value));
    };
    const named = (
      name:
        | 'agent'
        | 'queue'
        | 'node'
        | 'keys'
        | 'waited'
        | 'rang'
        | 'talked'
        | 'silent'
        | 'why'
        | 'number'
        | 'by'
        | 'cause'
        | 'note'
        | 'result'
        | 'lacks'
        | 'problem'
        | 'grade'
        | 'ownAgent'
        | 'lastAgent'
        | 'overflowTo'
        | 'condition'
        | 'hours'
        | 'fromAgent'
        | 'toAgent'
        | 'toQueue'
        | 'toFlow'
        | 'toNumber'
        | 'sentBy'
        | 'whoseCalls',
      value: string,
    ) => t(`eventData.${name}`, { value });
    const text = (name: string) => {
      const value = data[name];
      return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
    };
    const seconds = (name: string) => {
      const value = data[name];
      return typeof value === 'number' ? duration(value) : null;
    };
    const atPhone = data.origin === 'phone' || (event.kind === 'agent.held' && data.by === 'phone');
    if (event.kind.startsWith('recording.') && data.channels === 1) parts.push(t('player.message'));
    if (event.kind === 'transfer.requested') {
      const to = { agent: 'toAgent', queue: 'toQueue', flow: 'toFlow', number: 'toNumber' } as const;
      const kind = to[text('to') as keyof typeof to] as (typeof to)[keyof typeof to] | undefined;
      say('fromAgent', agentName(text('from_agent')));
      if (kind) say(kind, text('target_name') ?? text('target'));
      else parts.push(t('eventData.toSupervisor'));
      if (text('by_agent') !== text('from_agent')) say('sentBy', agentName(text('by_agent')));
      say('note', text('note') || null);
      if (atPhone) parts.push(t('eventData.atPhone'));
      return parts.join(' · ');
    }
    if (event.kind === 'call.forwarded') {
      const why = text('why');
      say('whoseCalls', agentName(event.agent_id));
      if (why === 'always' || why === 'busy' || why === 'no_answer') say('why', t(`forwarding.why.${why}`));
      const to = { agent: 'toAgent', queue: 'toQueue', number: 'toNumber' } as const;
      say(to[text('to') as keyof typeof to], text('target_name'));
      return parts.join(' · ');
    }
    if (event.kind === 'call.forwarding_stopped') {
      const why = text('why');
      say('whoseCalls', agentName(event.agent_id));
      if (why === 'loop' || why === 'too_many' || why === 'not_possible')
        say('why', t(`eventData.stop.${why}`));
      return parts.join(' · ');
    }
    if (event.kind === 'interaction.marked_malicious' || event.kind === 'interaction.mark_withdrawn') {
      say('sentBy', text('by_name'));
      say('why', text('reason'));
      return parts.join(' · ');
    }
    if (event.kind.startsWith('recording.') && text('by_agent') !== event.agent_id)
      say('sentBy', agentName(text('by_agent')));
    say('agent', agentName(event.agent_id));
    say('toAgent', agentName(text('with_agent')));
    say('queue', queueName(data.queue_id));
    if (!event.kind.startsWith('interaction.')) say('node', text('label') ?? stepName(one, text('node')));
    say('keys', text('keys') ?? text('key') ?? text('digits'));
    say('waited', seconds('wait_seconds'));
    say('rang', seconds('ring_seconds'));
    say('talked', seconds('talk_seconds') ?? seconds('conference_seconds'));
    say('silent', seconds('paused_seconds'));
    say('number', text('number') ? phoneNumber(text('number')) : null);
    say(
      'why',
      text('end_reason')
        ? label('endReason', text('end_reason'))
        : event.kind === 'offer.made' || event.kind === 'flow.looked_up'
          ? null
          : event.kind === 'recording.paused'
            ? text('reason')
            : label('outcome', text('outcome') ?? text('reason')).replace('–', ''),
    );
    if (event.kind === 'conference.entered' || event.kind === 'conference.refused')
      parts.push(text('room') ?? '');
    if (event.kind === 'conference.left' || event.kind === 'conference.refused')
      say('why', label('outcome', text('why')));
    if (event.kind.startsWith('conference.') && text('by')) say('sentBy', label('conferenceBy', text('by')));
    if (event.kind === 'queue.widened')
      parts.push(t('eventData.ring', { ring: Number(data.ring) + 1, rings: Number(data.rings) }));
    if (/^queue.overflowed|^callback.(not_)?offered/.test(event.kind))
      say('condition', label('overflow.whenName', text('why')));
    if (event.kind === 'queue.overflowed') {
      const to = label('overflow.to', text('to'));
      const where = text('to') === 'number' ? phoneNumber(text('target')) : queueName(data.target);
      say('overflowTo', where ? `${to} ${where}` : to);
    }
    if (event.kind === 'flow.hours') say('hours', label('hoursPhase', text('phase')));
    if (event.kind === 'flow.split')
      parts.push(
        t('nodeKind.split.exit.branches', { percent: Number(data.percent), label: text('way') ?? '' }).trim(),
      );
    if (event.kind === 'flow.looked_up') {
      parts.push(label('sourceOutcome', text('outcome')));
      parts.push(data.cached ? t('eventData.cached') : t('dataSource.took', { number: milliseconds(data) }));
    }
    if (
      ['flow.looked_up', 'flow.set', 'flow.called', 'flow.returned', 'interaction.data'].includes(event.kind)
    ) {
      parts.push(
        ...Object.entries(data.values ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
      );
    }
    if (event.kind === 'flow.expression_failed') parts.push(text('field') ?? '');
    if (event.kind.startsWith('flow.') || event.kind === 'routing.problem')
      say('problem', text('problem') ?? text('error'));
    if (event.kind === 'caller.recognised') {
      const name = text('name');
      if (name) parts.push(name);
      say('grade', data.grade ? text('grade') : null);
      say('ownAgent', agentName(text('own_agent')));
      say('lastAgent', agentName(text('last_agent')));
    }
    say('by', text('ended_by') ? label('endedBy', text('ended_by')) : null);
    say('cause', text('hangup_cause') ?? text('cause'));
    if (event.kind === 'summary.due' && Array.isArray(data.lacks))
      say(
        'lacks',
        data.lacks.map((name) => t(name === 'note' ? 'column.note' : 'column.disposition')).join(' · '),
      );
    say('result', text('disposition_name'));
    say('note', text('note'));
    if (atPhone) parts.push(t('eventData.atPhone'));
    return parts.join(' · ');
  };
}
