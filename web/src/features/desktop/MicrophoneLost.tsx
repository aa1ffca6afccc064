import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePhone } from '@/shared/phone/hooks';

/** That the microphone was lost in the call, and which one is used now. */
export function MicrophoneLost() {
  const { t } = useTranslation();
  const { microphone } = usePhone();
  if (microphone.is === 'wanted') return null;
  const none = microphone.is === 'none';
  return (
    <Alert
      banner
      type={none ? 'error' : 'warning'}
      title={none ? t('phone.microphoneGone') : t('phone.microphoneOther', { name: microphone.name })}
      data-testid="microphone-lost"
      data-is={microphone.is}
    />
  );
}
