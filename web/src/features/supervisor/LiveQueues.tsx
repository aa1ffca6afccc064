import { Table, Tag, Tooltip, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AgentLive, AgentState, QueueLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { LevelMark } from '@/shared/components/LevelMark';
import { EmptyView } from '@/shared/components/Views';
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

/** A cell is drawn anew when one of these has changed: in a busy hour some figure of each queue does all the time. */
const when =
  (...keys: (keyof QueueLive)[]) =>
  (now: QueueLive, before: QueueLive) =>
    keys.some((key) => now[key] !== before[key]);

/** The queues now and today. */
export function QueueTable({
  queues,
  chosen,
  choose,
}: {
  queues: QueueLive[];
  chosen: string;
  choose: (id: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const mostWaiting = Math.max(5, ...queues.map((queue) => queue.waiting));
  const columns: TableColumnsType<QueueLive> = [
    { title: t('column.queue'), dataIndex: 'name', shouldCellUpdate: when('name') },
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
      shouldCellUpdate: when('longest_wait_since', 'amber_after', 'red_after'),
      render: (since: string | null, queue) => (
        <Elapsed
          since={since}
          amberAfter={queue.amber_after ?? undefined}
          redAfter={queue.red_after ?? undefined}
        />
      ),
    },
    {
      title: t('live.availableOfSigned'),
      key: 'agents',
      width: 140,
      align: 'right',
      shouldCellUpdate: when('agents_signed_in', 'agents_available', 'agents_reserved', 'waiting'),
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
    {
      title: t('figure.offered'),
      dataIndex: 'offered_today',
      width: 100,
      align: 'right',
      shouldCellUpdate: when('offered_today'),
    },
    {
      title: t('figure.answered'),
      dataIndex: 'answered_today',
      width: 110,
      align: 'right',
      shouldCellUpdate: when('answered_today'),
    },
    {
      title: t('figure.abandoned'),
      dataIndex: 'abandoned_today',
      width: 120,
      align: 'right',
      shouldCellUpdate: when('abandoned_today'),
    },
    {
      title: t('figure.serviceLevel'),
      key: 'level',
      width: 180,
      shouldCellUpdate: when('service_level_numerator_today', 'service_level_denominator_today'),
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
        key={i18n.language}
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
