import { useTranslation } from 'react-i18next';
import type { AgentLive, AgentState, QueueLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { LevelMark } from '@/shared/components/LevelMark';
import { percentage, ratio } from '@/shared/format/format';
import { useLive } from '@/shared/live/hooks';
import { indicatorsOf, type Level, levelOf, useIndicatorSettings } from './indicators';

const sum = (queues: QueueLive[], pick: (queue: QueueLive) => number) =>
  queues.reduce((total, queue) => total + pick(queue), 0);

/** The strip above: today's figures and what happens now. */
export function Figures({ queues, agents }: { queues: QueueLive[]; agents: AgentLive[] }) {
  const { t } = useTranslation();
  const inFlow = useLive(
    (state) => [...state.view.interactions.values()].filter((one) => one.state === 'flow').length,
  );
  const [longest] = queues
    .filter((queue) => queue.longest_wait_since !== null)
    .sort((a, b) => (a.longest_wait_since ?? '').localeCompare(b.longest_wait_since ?? ''));
  const count = (...wanted: AgentState[]) => agents.filter((agent) => wanted.includes(agent.state)).length;
  const level = ratio(
    sum(queues, (queue) => queue.service_level_numerator_today),
    sum(queues, (queue) => queue.service_level_denominator_today),
  );
  const waiting = sum(queues, (queue) => queue.waiting);
  const settings = useIndicatorSettings();
  const recent = indicatorsOf(queues, 0);
  const minutes = settings?.minutes ?? 5;
  return (
    <dl className="hj-panel hj-strip-figures" data-testid="figures">
      <Figure name={t('figure.serviceLevel')} value={percentage(level)} />
      <Figure
        name={t('indicator.service', { minutes })}
        value={percentage(recent.serviceLevel)}
        level={levelOf(settings, 'service_level', recent.serviceLevel)}
        testId="figure-service-recent"
      />
      <Figure
        name={t('indicator.loss', { minutes })}
        value={percentage(recent.loss)}
        level={levelOf(settings, 'loss', recent.loss)}
        testId="figure-loss-recent"
      />
      <Figure
        name={t('figure.waiting')}
        value={waiting}
        level={levelOf(settings, 'waiting', waiting)}
        testId="figure-waiting"
      />
      <Figure
        name={t('figure.longest')}
        value={
          <Elapsed
            since={longest?.longest_wait_since ?? null}
            amberAfter={longest?.amber_after ?? undefined}
            redAfter={longest?.red_after ?? undefined}
          />
        }
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
  level = 'calm',
  testId,
}: {
  name: string;
  value: React.ReactNode;
  level?: Level;
  testId?: string;
}) {
  return (
    <div data-level={level} data-testid={testId}>
      <dt>{name}</dt>
      <dd className="hj-figures">
        {level === 'calm' ? null : <LevelMark level={level} />} {value}
      </dd>
    </div>
  );
}
