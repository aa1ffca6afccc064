import { useMutation } from '@tanstack/react-query';
import { App, Button, Popconfirm, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive } from '@/shared/api/types';
import { useErrorText } from '@/shared/components/errors';
import { useRight } from '@/shared/session/session';
import { useReasons } from './reasons';

const states = ['available', 'not_ready', 'logged_out'] as const;
type Forced = (typeof states)[number];

/** A supervisor changes an agent's state; who has a call comes to it afterwards. */
export function ForceState({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const may = useRight('agents.direct');
  const reasons = useReasons();
  const [state, setState] = useState<Forced>('not_ready');
  const [reason, setReason] = useState<string>();
  const force = useMutation({
    mutationFn: () =>
      api.post('/agents/states', {
        agent_ids: [agent.id],
        state,
        ...(state === 'not_ready' && reason ? { reason_code_id: reason } : {}),
      }),
    onSuccess: () =>
      void message.success(t('force.done', { name: agent.name, state: t(`agentState.${state}`) })),
    onError: (error) => void message.error(errorText(error)),
  });
  if (!may || agent.state === 'logged_out') return null;
  const busy = ['reserved', 'engaged', 'wrap_up'].includes(agent.state);
  return (
    <section data-testid="force-state">
      <h3>{t('force.title')}</h3>
      <Space wrap>
        <Select<Forced>
          aria-label={t('force.state')}
          value={state}
          onChange={setState}
          data-testid="force-choice"
          style={{ minWidth: 110 }}
          options={states.map((value) => ({ value, label: t(`agentState.${value}`) }))}
        />
        {state === 'not_ready' ? (
          <Select<string>
            allowClear
            aria-label={t('force.reason')}
            placeholder={t('force.reason')}
            value={reason}
            onChange={setReason}
            style={{ minWidth: 130 }}
            options={reasons.map((one) => ({ value: one.id, label: one.name }))}
          />
        ) : null}
        <Popconfirm
          title={t('force.sure', { name: agent.name, state: t(`agentState.${state}`) })}
          description={busy ? t('force.afterwards') : undefined}
          onConfirm={() => force.mutate()}
        >
          <Button loading={force.isPending} data-testid="force-button">
            {t('force.do')}
          </Button>
        </Popconfirm>
      </Space>
    </section>
  );
}
