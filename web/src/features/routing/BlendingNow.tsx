import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Space, Table } from 'antd';
import { useMemo, useState, type Key } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive, BlendNow } from '@/shared/api/types';
import { AgentStateMark } from '@/shared/components/AgentStateMark';
import { GiveWork } from '@/shared/components/GiveWork';
import { WorkMark, useWhyMoved, useWhyWork } from '@/shared/components/WorkMark';
import { useReportError } from '@/shared/components/errors';
import { serverNow } from '@/shared/format/clock';
import { duration } from '@/shared/format/format';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';

/** One rule at its last check: figures, what it suggests, and who is where and why. */
export function BlendingNow({ ruleId }: { ruleId: string }) {
  const { t } = useTranslation();
  const rule = useLive((state) => state.view.blends).find((one) => one.id === ruleId);
  const agents = useLive((state) => state.view.agents);
  const members = useMemo(
    () =>
      (rule?.agent_ids ?? [])
        .map((id) => agents.get(id))
        .filter((agent): agent is AgentLive => agent !== undefined && agent.state !== 'logged_out'),
    [rule, agents],
  );
  if (!rule) return null;
  return (
    <section className="hj-blend-now" data-testid="blending-now">
      <Figures rule={rule} />
      {rule.suggestion ? <Suggestion rule={rule} /> : null}
      <Members agents={members} />
      {members.length ? null : (
        <p className="hj-quiet">{t(rule.agent_ids.length ? 'blending.nobodyHere' : 'blending.ofOthers')}</p>
      )}
    </section>
  );
}

function Figures({ rule }: { rule: BlendNow }) {
  const { t } = useTranslation();
  const figures: [string, string | number][] = [
    [t('blending.level'), rule.service_level == null ? '–' : `${Math.round(rule.service_level * 100)} %`],
    [t('blending.waiting'), rule.waiting],
    [t('blending.longestWait'), duration(rule.longest_wait)],
    [t('blending.idle'), rule.idle],
    [t('blending.kind.inbound'), rule.inbound],
    [t('blending.kind.outbound'), rule.outbound],
  ];
  const state = rule.load ? 'load' : rule.calm_since ? 'calm' : 'between';
  return (
    <>
      <dl className="hj-blend-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="hj-figures">{value}</dd>
          </div>
        ))}
      </dl>
      <p data-testid="blend-state" data-state={state}>
        {t(`blending.state.${state}`)}
      </p>
    </>
  );
}

function Suggestion({ rule }: { rule: BlendNow }) {
  const { t } = useTranslation();
  const report = useReportError();
  const why = useWhyMoved();
  const agents = useLive((state) => state.view.agents);
  const may = useRight('live.work');
  const answer = useMutation({
    mutationFn: (accept: boolean) => api.post(`/blend-rules/${rule.id}/suggestion`, { accept }),
    onError: report,
  });
  if (!rule.suggestion) return null;
  const names = rule.suggestion.agents.map((id) => agents.get(id)?.name ?? '–').join(' · ');
  const count = rule.suggestion.agents.length;
  return (
    <Alert
      type="info"
      showIcon
      data-testid="blend-suggestion"
      title={t(rule.suggestion.direction === 'out' ? 'blending.suggestOut' : 'blending.suggestBack', {
        count,
      })}
      description={`${names}. ${why(rule.suggestion.why)}`}
      action={
        may ? (
          <Space>
            <Button
              type="primary"
              size="small"
              onClick={() => answer.mutate(true)}
              data-testid="accept-suggestion"
            >
              {t('blending.accept')}
            </Button>
            <Button size="small" onClick={() => answer.mutate(false)}>
              {t('blending.dismiss')}
            </Button>
          </Space>
        ) : null
      }
    />
  );
}

function Members({ agents }: { agents: AgentLive[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Key[]>([]);
  const may = useRight('live.work');
  if (!agents.length) return null;
  return (
    <>
      <Table<AgentLive>
        size="small"
        rowKey="id"
        dataSource={agents}
        pagination={agents.length > 10 ? { pageSize: 10 } : false}
        rowSelection={may ? { selectedRowKeys: chosen, onChange: setChosen } : undefined}
        columns={[
          {
            title: t('common.name'),
            key: 'name',
            minWidth: 110,
            render: (_, one) => `${one.name} ${one.number}`,
          },
          { title: t('live.state'), key: 'state', render: (_, one) => <AgentStateMark state={one.state} /> },
          { title: t('blending.work'), key: 'work', render: (_, one) => <Why agent={one} /> },
          {
            title: t('blending.today'),
            key: 'today',
            align: 'right',
            render: (_, one) =>
              one.outbound_starts
                ? t('blending.todaySays', {
                    count: one.outbound_starts,
                    time: duration(outboundToday(one)),
                  })
                : '–',
          },
        ]}
      />
      {chosen.length ? <GiveWork agents={agents.filter((agent) => chosen.includes(agent.id))} /> : null}
    </>
  );
}

/** Seconds of outbound work today, the present stretch with them. */
function outboundToday(agent: AgentLive): number {
  const since = agent.work === 'outbound' ? agent.work_since : null;
  return agent.outbound_seconds + (since ? (serverNow() - Date.parse(since)) / 1000 : 0);
}

function Why({ agent }: { agent: AgentLive }) {
  const why = useWhyWork(agent);
  return (
    <span>
      <WorkMark agent={agent} /> <span className="hj-quiet">{why}</span>
    </span>
  );
}
