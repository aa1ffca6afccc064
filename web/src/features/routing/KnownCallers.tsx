import { useTranslation } from 'react-i18next';
import type { KnownCaller } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, NumberField, TextField } from '@/shared/catalogue/fields';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { useRight } from '@/shared/session/session';
import { useAgentOptions } from './data';

export function KnownCallers() {
  const { t } = useTranslation();
  const agents = useAgentOptions();
  return (
    <Catalogue<KnownCaller, Omit<KnownCaller, 'id'>>
      path="/known-callers"
      testId="known-callers"
      title={t('page.knownCallers')}
      lead={t('knownCaller.lead')}
      nameOf={(caller) => caller.number}
      emptyWhat={t('knownCaller.empty')}
      emptyHow={t('knownCaller.emptyHow')}
      mayEdit={useRight('admin.queues')}
      columns={[
        {
          title: t('knownCaller.number'),
          dataIndex: 'number',
          className: 'hj-nowrap',
          render: (number: string) => <PhoneNumber value={number} />,
        },
        { title: t('common.name'), dataIndex: 'name', render: (name: string) => name || '–' },
        { title: t('routing.grade'), dataIndex: 'grade', align: 'right' },
        {
          title: t('knownCaller.agent'),
          dataIndex: 'agent_id',
          render: (id: string | null) => agents.nameOf(id),
        },
      ]}
      values={(caller) => ({
        number: caller?.number ?? '',
        name: caller?.name ?? '',
        grade: caller?.grade ?? 0,
        agent_id: caller?.agent_id ?? null,
      })}
      body={(values) => ({ ...values, agent_id: values.agent_id ?? null })}
      fields={() => (
        <>
          <TextField
            name="number"
            label={t('knownCaller.number')}
            extra={t('knownCaller.numberHint')}
            required
            max={40}
            pattern={{ value: /^[+0-9A-Za-z*#(). -]+$/, message: t('knownCaller.numberPattern') }}
          />
          <TextField name="name" label={t('common.name')} max={80} />
          <NumberField
            name="grade"
            label={t('routing.grade')}
            extra={t('knownCaller.gradeHint')}
            min={0}
            max={9}
          />
          <ChoiceField
            name="agent_id"
            label={t('knownCaller.agent')}
            extra={t('knownCaller.agentHint')}
            options={agents.options}
          />
        </>
      )}
    />
  );
}
