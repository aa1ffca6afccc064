import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer } from '@/shared/api/types';
import { useFocusReturns } from '@/shared/components/focus';
import { useGuardedClose } from '@/shared/components/unsaved';
import { emptyContact } from '@/shared/customers/ContactPoints';
import { CustomerForm } from '@/shared/customers/CustomerForm';

interface Props {
  /** Whose customer it is, unless another is chosen. */
  agentId?: string;
  projects?: { value: string; label: string }[];
  close: () => void;
  done: (customer: Customer) => void;
}

export function NewCustomer({ agentId, projects, close: closed, done }: Props) {
  const { t } = useTranslation();
  const { touch, close } = useGuardedClose(closed);
  useFocusReturns();
  return (
    <Drawer open size={460} title={t('customer.add')} onClose={close}>
      <CustomerForm
        initial={{ agent_id: agentId ?? null, contact_points: [emptyContact] }}
        projects={projects}
        touch={touch}
        cancel={close}
        done={done}
      />
    </Drawer>
  );
}
