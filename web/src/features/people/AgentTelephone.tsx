import { useTranslation } from 'react-i18next';
import type { Person } from '@/shared/api/types';
import { TelephoneForm } from '@/shared/telephone/TelephoneForm';
import { AtOnce } from './AtOnce';

/** PIN and number for work by telephone alone. */
export function AgentTelephone({ person, agentId }: { person: Person; agentId: string }) {
  const { t } = useTranslation();
  return (
    <AtOnce
      label={t('telephone.title')}
      title={t('telephone.titleOf', { name: person.name })}
      width={460}
      testId="agent-telephone"
    >
      {(close) => <TelephoneForm path={`/agents/${agentId}/telephone`} withNumber close={close} />}
    </AtOnce>
  );
}
