import { useQuery } from '@tanstack/react-query';
import { Alert, Drawer } from 'antd';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ApiError } from '@/shared/api/client';
import type { InteractionLive, QueueRouting, WhyWaiting } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { Elapsed } from '@/shared/components/Elapsed';
import { useCodeLabel } from '@/shared/components/labels';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { duration } from '@/shared/format/format';
import { timeOfDay } from '@/shared/format/time';
import { useLive, useLiveAgent, useLiveInteraction, useNow } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';
import { nextRing, verdict } from './why';

const again = 2000;

/** What a waiting caller waits for, in plain words, as long as the panel is open. */
export const WhyPanel = memo(function WhyPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const interaction = useLiveInteraction(id);
  return (
    <Drawer open={id !== ''} size={440} title={t('why.title')} onClose={onClose} destroyOnHidden mask={false}>
      {id ? <Why key={id} id={id} interaction={interaction} /> : null}
    </Drawer>
  );
});

function Why({ id, interaction }: { id: string; interaction: InteractionLive | null }) {
  const { t } = useTranslation();
  const waits = interaction?.state === 'queued';
  const why = useQuery({
    queryKey: ['why', id],
    queryFn: () => api.get<WhyWaiting>(`/interactions/${id}/why`),
    refetchInterval: again,
    enabled: waits,
    retry: false,
    gcTime: 0,
  });
  const gone =
    !waits || (why.error instanceof ApiError && (why.error.status === 404 || why.error.status === 409));
  return (
    <div className="hj-why" data-testid="why" data-waits={!gone}>
      {interaction ? (
        <div className="hj-agent-card-line">
          <strong>
            <CallerNumber value={interaction.caller} medium={interaction.medium} />
          </strong>
          <span>{interaction.caller_name}</span>
        </div>
      ) : null}
      {interaction?.state === 'offered' ? (
        <Offered agentId={interaction.agent_id} />
      ) : gone ? (
        <Alert type="info" showIcon title={t('why.gone')} />
      ) : why.data ? (
        <Explained why={why.data} />
      ) : why.isError ? (
        <ErrorView error={why.error} retry={() => void why.refetch()} />
      ) : (
        <LoadingView rows={5} />
      )}
      <Link to={`/interactions/${id}`}>{t('live.openInteraction')}</Link>
    </div>
  );
}

/** It rings: nothing is waited for but the answer. */
function Offered({ agentId }: { agentId: string | null }) {
  const { t } = useTranslation();
  const agent = useLiveAgent(agentId);
  return <Alert type="success" showIcon title={t('why.offered', { name: agent?.name ?? '–' })} />;
}

function Explained({ why }: { why: WhyWaiting }) {
  const { t } = useTranslation();
  const label = useCodeLabel();
  const agents = useLive((state) => state.view.agents);
  const queues = useLive((state) => state.view.queues);
  const reads = useRight('config.read');
  const routing = useQuery({
    queryKey: [`/queues/${why.queue_id}/routing`],
    queryFn: () => api.get<QueueRouting>(`/queues/${why.queue_id}/routing`),
    enabled: reads,
  });
  const agentName = (id: string) => agents.get(id)?.name ?? '–';
  const said = verdict(why);
  const number = why.busy + why.away + why.free.length;
  const waitedFor = why.waits_for ? agents.get(why.waits_for) : undefined;
  const sentence = {
    waits_for: () =>
      t('why.waitsFor', {
        name: why.waits_for ? agentName(why.waits_for) : '–',
        state: waitedFor ? t(`agentState.${waitedFor.state}`) : '–',
        time: timeOfDay(why.next_ring_at),
      }),
    nobody: () => t('why.nobody'),
    all_away: () => t('why.allAway', { number: why.away }),
    all_busy: () => t('why.allBusy', { number: why.busy }),
    kept: () =>
      t('why.kept', {
        number: why.free.length,
        queues: why.reserved_for.map((id) => queues.get(id)?.name ?? '–').join(' · '),
      }),
    soon: () => t('why.soon', { number: why.free.length }),
  }[said]();
  const bars = [
    { key: 'free', name: t('why.free'), count: why.free.length, state: 'available' },
    { key: 'busy', name: t('why.busy'), count: why.busy, state: 'engaged' },
    { key: 'away', name: t('why.away'), count: why.away, state: 'logged-out' },
  ];
  return (
    <>
      <Alert
        type={said === 'nobody' || said === 'all_away' ? 'error' : said === 'soon' ? 'success' : 'warning'}
        showIcon
        title={sentence}
        data-testid="verdict"
        data-verdict={said}
      />
      <dl className="hj-facts">
        <div>
          <dt>{t('column.queue')}</dt>
          <dd>
            {t('why.place', {
              queue: why.queue_name,
              medium: label('medium', why.medium),
              position: why.position,
            })}
          </dd>
        </div>
        <div>
          <dt>{t('why.waited')}</dt>
          <dd>
            <Elapsed since={why.queued_at} amberAfter={20} redAfter={60} />
          </dd>
        </div>
        {why.grade > 0 ? (
          <div>
            <dt>{t('customer.grade')}</dt>
            <dd>{why.grade}</dd>
          </div>
        ) : null}
      </dl>
      <section>
        <h3>{t('why.able')}</h3>
        {bars.map(({ key, name, count, state }) => (
          <div key={key} className="hj-why-bar" data-testid={`why-${key}`}>
            <span>{name}</span>
            <div className="hj-bar">
              <span
                style={{
                  width: number > 0 ? `${(count / number) * 100}%` : 0,
                  background: `var(--hj-${state})`,
                }}
              />
            </div>
            <strong className="hj-figures">{count}</strong>
          </div>
        ))}
        {why.free.length > 0 ? (
          <p className="hj-quiet">
            {t('why.freeAgents', { names: why.free.slice(0, 20).map(agentName).join(' · ') })}
          </p>
        ) : null}
      </section>
      {why.ring >= 0 ? <Needs why={why} /> : null}
      <section>
        <h3>{t('why.rings')}</h3>
        <Rings why={why} routing={routing.data} />
      </section>
      <section>
        <h3>{t('overflow.title')}</h3>
        <Overflow rules={why.overflow} />
        {reads ? <Link to={`/admin/queues/${why.queue_id}/routing`}>{t('why.toRouting')}</Link> : null}
      </section>
    </>
  );
}

/** What is asked of an agent, one line for each way to be asked. */
function Needs({ why }: { why: WhyWaiting }) {
  const { t } = useTranslation();
  const reads = useRight('config.read');
  const skills = useOptions('/skills', reads);
  const groups = useOptions('/agent-groups', reads);
  if (why.needs.length === 0) return null;
  return (
    <section>
      <h3>{t('why.needs')}</h3>
      <ul className="hj-why-needs">
        {why.needs.map((need, at) => (
          <li key={at}>
            {at > 0 ? <span className="hj-faint">{t('why.or')} </span> : null}
            {[
              ...need.skills.map((one) =>
                t('queue.skillAtLeast', { name: skills.nameOf(one.skill_id), level: one.level }),
              ),
              ...(need.group_ids.length > 0
                ? [t('why.inGroups', { names: need.group_ids.map(groups.nameOf).join(' / ') })]
                : []),
              ...(need.sites.length > 0 ? [t('why.atSites', { names: need.sites.join(' / ') })] : []),
            ].join(' · ')}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where the caller may still be passed on to, in the order of the rules. */
function Overflow({ rules }: { rules: WhyWaiting['overflow'] }) {
  const { t } = useTranslation();
  const now = useNow();
  if (rules.length === 0) return <p data-testid="why-stays">{t('why.stays')}</p>;
  return (
    <ul className="hj-why-needs" data-testid="why-overflow">
      {rules.map((rule, at) => {
        const left = rule.at === null ? null : duration(Math.max(0, (Date.parse(rule.at) - now) / 1000));
        const named = rule.to !== 'voicemail' && rule.to !== 'callback' ? rule.name : '';
        return (
          <li key={at}>
            {t(`overflow.when.${rule.when}`, {
              value: rule.when === 'expression' ? rule.expression : duration(rule.over),
            })}
            {left === null ? '' : ` (${t('why.in', { left })})`} →{' '}
            {[t(`overflow.to.${rule.to}`), named].filter(Boolean).join(' · ')}
          </li>
        );
      })}
    </ul>
  );
}

function Rings({ why, routing }: { why: WhyWaiting; routing: QueueRouting | undefined }) {
  const { t } = useTranslation();
  const now = useNow();
  const next = nextRing(why, routing);
  const conditions = next
    ? [
        ...(next.expectedWaitOver === null
          ? []
          : [t('why.expected', { time: duration(next.expectedWaitOver) })]),
        ...(next.freeAtMost === null ? [] : [t('why.fewFree', { number: next.freeAtMost })]),
      ].join(` ${t('why.or')} `)
    : '';
  const when = next?.at
    ? { time: timeOfDay(next.at), left: duration(Math.max(0, (Date.parse(next.at) - now) / 1000)) }
    : null;
  return (
    <>
      <div className="hj-why-rings" aria-hidden="true">
        {Array.from({ length: why.rings }, (_, ring) => (
          <span key={ring} data-open={ring <= why.ring} />
        ))}
      </div>
      <p data-testid="why-ring">
        {why.ring < 0 ? t('why.noRingYet') : t('why.ringOpen', { ring: why.ring + 1, rings: why.rings })}
      </p>
      {why.ring >= 0 && (!next || when || conditions) ? (
        <p className="hj-quiet" data-testid="why-next">
          {!next
            ? t('why.lastRing')
            : when && conditions
              ? t('why.nextAtOrWhen', { ...when, condition: conditions })
              : when
                ? t('why.nextAt', when)
                : t('why.nextWhen', { condition: conditions })}
        </p>
      ) : null}
    </>
  );
}
