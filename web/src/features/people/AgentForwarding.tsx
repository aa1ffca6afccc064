import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { all } from '@/shared/api/client';
import type { Person } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { ForwardingForm } from '@/shared/forwarding/ForwardingForm';
import { useRight } from '@/shared/session/session';
import { AtOnce } from './AtOnce';

/** Where calls to this agent in person go instead. */
export function AgentForwarding({ person, agentId }: { person: Person; agentId: string }) {
  const { t } = useTranslation();
  return (
    <AtOnce
      className="hj-forwarding-of"
      label={t('forwarding.name')}
      title={t('forwarding.nameOf', { name: person.name })}
      width={520}
      testId="agent-forwarding"
    >
      {(close) => <OfAgent agentId={agentId} close={close} />}
    </AtOnce>
  );
}

function OfAgent({ agentId, close }: { agentId: string; close: () => void }) {
  const outside = useRight('forwarding.outside');
  const queues = useOptions('/queues');
  const { data } = useQuery({ queryKey: ['/people', 'all'], queryFn: () => all<Person>('/people') });
  const agents = (data ?? []).flatMap(({ name, agent, disabled }) =>
    agent && agent.id !== agentId && !disabled ? [{ value: agent.id, label: `${name} ${agent.number}` }] : [],
  );
  return (
    <ForwardingForm
      path={`/agents/${agentId}/forwarding`}
      agents={agents}
      queues={queues.options}
      outside={outside}
      close={close}
    />
  );
}
