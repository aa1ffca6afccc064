import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Activity, AgentLive, QueueLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { LevelMark } from '@/shared/components/LevelMark';
import { EmptyView } from '@/shared/components/Views';
import { duration, percentage } from '@/shared/format/format';
import { useRight } from '@/shared/session/session';
import { activityColours } from './activities';
import { indicatorsOf, type Level, levelOf, useIndicatorSettings } from './indicators';

const talking: Activity[] = ['talking', 'outbound', 'three_way', 'held'];

/** What happens now and in the last minutes, as bars and in figures: of all queues, and of each. */
export default function Indicators({ queues, agents }: { queues: QueueLive[]; agents: AgentLive[] }) {
  const { t } = useTranslation();
  const settings = useIndicatorSettings();
  const sets = useRight('alarms.set');
  const within = settings?.within ?? [];
  const total = indicatorsOf(queues, within.length);
  const count = (...wanted: Activity[]) => agents.filter((agent) => wanted.includes(agent.activity)).length;
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const signedIn = agents.length - count('logged_out');
  const most = Math.max(1, signedIn, waiting);
  /** The longest of these queues' expected waits; of none that has agents, that nobody is there. */
  const expectedWait = (of: QueueLive[]) => {
    const longest = Math.max(-1, ...of.map((queue) => queue.expected_wait_seconds ?? -1));
    if (longest >= 0) return duration(longest);
    return of.length && of.every((queue) => !queue.staffed) ? t('suggestion.nobody') : '–';
  };
  const minutes = settings?.minutes ?? 5;
  const columns: TableColumnsType<QueueLive> = [
    { title: t('column.queue'), dataIndex: 'name', ellipsis: true },
    {
      title: t('figure.waiting'),
      dataIndex: 'waiting',
      width: 90,
      align: 'right',
      render: (number: number) => <Shown level={levelOf(settings, 'waiting', number)}>{number}</Shown>,
    },
    {
      title: t('figure.longest'),
      key: 'longest',
      width: 120,
      align: 'right',
      render: (_, queue) => (
        <Elapsed
          since={queue.longest_wait_since}
          amberAfter={queue.amber_after ?? undefined}
          redAfter={queue.red_after ?? undefined}
        />
      ),
    },
    {
      title: t('indicator.expected'),
      dataIndex: 'expected_wait_seconds',
      width: 136,
      align: 'right',
      render: (_, queue) => expectedWait([queue]),
    },
    {
      title: t('indicator.entered'),
      key: 'entered',
      width: 90,
      align: 'right',
      render: (_, queue) => queue.recent?.entered ?? 0,
    },
    ...within.map((seconds, at) => ({
      title: t('indicator.within', { seconds }),
      key: `within-${String(seconds)}`,
      width: 86,
      align: 'right' as const,
      render: (_: unknown, queue: QueueLive) => percentage(indicatorsOf([queue], within.length).within[at]),
    })),
    share('answerRate', 'answer_rate', 'figure.answerRate'),
    share('serviceLevel', 'service_level', 'figure.serviceLevel'),
    share('loss', 'loss', 'figure.lossRate'),
  ];

  function share(
    key: 'answerRate' | 'serviceLevel' | 'loss',
    name: 'answer_rate' | 'service_level' | 'loss',
    title: 'figure.answerRate' | 'figure.serviceLevel' | 'figure.lossRate',
  ) {
    return {
      title: t(title),
      key,
      width: 124,
      align: 'right' as const,
      render: (_: unknown, queue: QueueLive) => {
        const value = indicatorsOf([queue], within.length)[key];
        return <Shown level={levelOf(settings, name, value)}>{percentage(value)}</Shown>;
      },
    };
  }

  return (
    <div data-testid="indicators">
      <div className="hj-indicators">
        <section className="hj-panel hj-panel-body">
          <h3>{t('indicator.now')}</h3>
          <Bar name={t('indicator.signedIn')} value={signedIn} share={signedIn / most} />
          <Bar
            name={t('figure.waiting')}
            value={waiting}
            share={waiting / most}
            level={levelOf(settings, 'waiting', waiting)}
            testId="bar-waiting"
          />
          <Bar name={t('activity.idle')} value={count('idle')} share={count('idle') / most} colour="idle" />
          <Bar
            name={t('activity.talking')}
            value={count(...talking)}
            share={count(...talking) / most}
            colour="talking"
            testId="bar-talking"
          />
          <Bar
            name={t('activity.wrap_up')}
            value={count('wrap_up')}
            share={count('wrap_up') / most}
            colour="wrap_up"
          />
          <Bar
            name={t('activity.break')}
            value={count('break')}
            share={count('break') / most}
            colour="break"
          />
          <Bar
            name={t('activity.not_ready')}
            value={count('not_ready')}
            share={count('not_ready') / most}
            colour="not_ready"
          />
          <p className="hj-quiet">
            {t('indicator.expected')}: {expectedWait(queues)}
          </p>
        </section>
        <section className="hj-panel hj-panel-body">
          <h3>
            {t('indicator.recent', { minutes })}
            {sets ? <Link to="/admin/indicators">{t('indicator.set')}</Link> : null}
          </h3>
          <p className="hj-quiet" data-testid="entered" data-entered={total.entered}>
            {t('indicator.enteredNow', { number: total.entered })}
          </p>
          {within.map((seconds, at) => (
            <Bar
              key={seconds}
              name={t('indicator.answeredWithin', { seconds })}
              value={percentage(total.within[at])}
              share={total.within[at] ?? 0}
            />
          ))}
          <Bar
            name={t('figure.answerRate')}
            value={percentage(total.answerRate)}
            share={total.answerRate ?? 0}
            level={levelOf(settings, 'answer_rate', total.answerRate)}
            testId="bar-answer-rate"
          />
          <Bar
            name={t('figure.serviceLevel')}
            value={percentage(total.serviceLevel)}
            share={total.serviceLevel ?? 0}
            level={levelOf(settings, 'service_level', total.serviceLevel)}
            testId="bar-service-level"
          />
          <Bar
            name={t('figure.lossRate')}
            value={percentage(total.loss)}
            share={total.loss ?? 0}
            level={levelOf(settings, 'loss', total.loss)}
            testId="bar-loss"
          />
          {settings ? (
            <p className="hj-quiet">
              {t('indicator.formulas', { service: settings.service_seconds, short: settings.short_seconds })}
            </p>
          ) : null}
        </section>
      </div>
      <div className="hj-panel">
        <Table<QueueLive>
          size="small"
          rowKey="id"
          columns={columns}
          dataSource={queues}
          pagination={false}
          locale={{ emptyText: <EmptyView what={t('live.noQueues')} how={t('live.noQueuesHow')} /> }}
        />
      </div>
    </div>
  );
}

function Shown({ level, children }: { level: Level; children: React.ReactNode }) {
  return (
    <span className="hj-timer" data-level={level}>
      {level === 'calm' ? null : <LevelMark level={level} />} {children}
    </span>
  );
}

function Bar({
  name,
  value,
  share,
  level = 'calm',
  colour,
  testId,
}: {
  name: string;
  value: string | number;
  share: number;
  level?: Level;
  colour?: Activity;
  testId?: string;
}) {
  return (
    <div className="hj-indicator" data-testid={testId} data-level={level} data-value={value}>
      <span>{name}</span>
      <div className="hj-bar" data-level={level}>
        <span
          style={{
            width: `${String(Math.min(1, share) * 100)}%`,
            ...(colour && level === 'calm' ? { background: activityColours[colour] } : {}),
          }}
        />
      </div>
      <strong className="hj-figures">
        <Shown level={level}>{value}</Shown>
      </strong>
    </div>
  );
}
