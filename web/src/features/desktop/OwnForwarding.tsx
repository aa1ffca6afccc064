import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Targets } from '@/shared/api/types';
import { ForwardingForm } from '@/shared/forwarding/ForwardingForm';
import { useRight } from '@/shared/session/session';

/** The agent's own rules, to colleagues and queues of their projects. */
export default function OwnForwarding({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const outside = useRight('forwarding.outside');
  const { data } = useQuery({
    queryKey: ['me', 'targets'],
    queryFn: () => api.get<Targets>('/me/targets'),
    staleTime: 30_000,
  });
  const agents = useMemo(
    () => (data?.agents ?? []).map((one) => ({ value: one.id, label: `${one.name} ${one.number}` })),
    [data],
  );
  const queues = useMemo(
    () => (data?.queues ?? []).map((one) => ({ value: one.id, label: one.name })),
    [data],
  );
  return (
    <Modal open onCancel={close} footer={null} title={t('forwarding.name')} width={520} destroyOnHidden>
      <ForwardingForm path="/me/forwarding" agents={agents} queues={queues} outside={outside} close={close} />
    </Modal>
  );
}
