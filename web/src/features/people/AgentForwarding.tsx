import { useQuery } from '@tanstack/react-query';
import { Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all } from '@/shared/api/client';
import type { Person } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { ForwardingForm } from '@/shared/forwarding/ForwardingForm';
import { useRight } from '@/shared/session/session';

/** Where calls to this agent in person go instead; in force at once, apart from the rest of the form. */
export function AgentForwarding({ person, agentId }: { person: Person; agentId: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Form.Item className="hj-forwarding-of" label={t('forwarding.name')} extra={t('forwarding.atOnce')}>
      <Button onClick={() => setOpen(true)} data-testid="agent-forwarding">
        {t('forwarding.set')}
      </Button>
      <Modal
        open={open}
        onCancel={close}
        footer={null}
        title={t('forwarding.nameOf', { name: person.name })}
        width={520}
        destroyOnHidden
      >
        <OfAgent agentId={agentId} close={close} />
      </Modal>
    </Form.Item>
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
