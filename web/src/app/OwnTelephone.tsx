import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { TelephoneForm } from '@/shared/telephone/TelephoneForm';

/** An agent's own PIN for work by telephone alone. */
export function OwnTelephone({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t('telephone.title')} footer={null} onCancel={onClose} width={420}>
      <TelephoneForm path="/me/telephone" close={onClose} />
    </Modal>
  );
}
