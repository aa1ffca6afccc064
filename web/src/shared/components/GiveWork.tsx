import { useMutation } from '@tanstack/react-query';
import { App, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive, WorkKind } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { useRight } from '@/shared/session/session';
import { WorkMark, useWhyWork } from './WorkMark';
import { useErrorText } from './errors';

const hours = [0, 1, 2, 4, 8];

/** A supervisor pins agents to a work, until a time or until they sign out, or leaves them to the rules again. */
export function GiveWork({ agents }: { agents: AgentLive[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const may = useRight('live.work');
  const [work, setWork] = useState<WorkKind | 'rules'>('outbound');
  const [until, setUntil] = useState(0);
  const give = useMutation({
    mutationFn: () =>
      api.post<{ agents: number }>('/agents/work', {
        agent_ids: agents.map((agent) => agent.id),
        work: work === 'rules' ? null : work,
        until_at: work === 'rules' || !until ? null : new Date(serverNow() + until * 3_600_000).toISOString(),
      }),
    onSuccess: (given) => void message.success(t('blending.given', { count: given.agents })),
    onError: (error) => void message.error(errorText(error)),
  });
  const here = agents.filter((agent) => agent.state !== 'logged_out');
  return (
    <section data-testid="give-work">
      {agents.length === 1 && agents[0] ? <Now agent={agents[0]} /> : null}
      {may ? (
        <div className="hj-give-work">
          <Select
            aria-label={t('blending.work')}
            data-testid="work-choice"
            value={work}
            onChange={setWork}
            options={(['inbound', 'outbound', 'blended', 'rules'] as const).map((value) => ({
              value,
              label: value === 'rules' ? t('blending.toRules') : t(`blending.kind.${value}`),
            }))}
          />
          <Select
            aria-label={t('blending.howLong')}
            value={until}
            onChange={setUntil}
            disabled={work === 'rules'}
            options={hours.map((value) => ({
              value,
              label: value ? t('blending.forHours', { count: value }) : t('blending.untilSignOut'),
            }))}
          />
          <Button
            onClick={() => give.mutate()}
            loading={give.isPending}
            disabled={!here.length}
            data-testid="give-work-button"
          >
            {agents.length > 1 ? t('blending.giveMany', { count: here.length }) : t('blending.give')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function Now({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const why = useWhyWork(agent);
  return (
    <div className="hj-agent-card-line">
      <h3>{t('blending.work')}</h3>
      <span>
        <WorkMark agent={agent} /> <span className="hj-quiet">{why}</span>
      </span>
    </div>
  );
}
