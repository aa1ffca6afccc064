import { Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '@/shared/api/types';
import { TelephoneForm } from '@/shared/telephone/TelephoneForm';

/** PIN and number for work by telephone alone; in force at once, apart from the rest of the form. */
export function AgentTelephone({ person, agentId }: { person: Person; agentId: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Form.Item label={t('telephone.title')} extra={t('forwarding.atOnce')}>
      <Button onClick={() => setOpen(true)} data-testid="agent-telephone">
        {t('forwarding.set')}
      </Button>
      <Modal
        open={open}
        onCancel={close}
        footer={null}
        title={t('telephone.titleOf', { name: person.name })}
        width={460}
        destroyOnHidden
      >
        <TelephoneForm path={`/agents/${agentId}/telephone`} withNumber close={close} />
      </Modal>
    </Form.Item>
  );
}
