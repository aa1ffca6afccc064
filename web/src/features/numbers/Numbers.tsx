import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AccessNumber } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, SpokenLanguageField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { spokenName } from '@/shared/i18n';
import { useRight } from '@/shared/session/session';

type Values = Omit<AccessNumber, 'id'>;

export function Numbers() {
  const { t } = useTranslation();
  const flows = useOptions('/flows');
  const projects = useOptions('/projects');
  const businesses = useOptions('/businesses');
  return (
    <Catalogue<AccessNumber, Values>
      path="/access-numbers"
      testId="numbers"
      title={t('page.numbers')}
      lead={t('number.lead')}
      nameOf={(one) => one.number}
      emptyWhat={t('number.empty')}
      emptyHow={t('number.emptyHow')}
      mayEdit={useRight('admin.numbers')}
      columns={[
        {
          title: t('number.number'),
          dataIndex: 'number',
          render: (value: string) => <PhoneNumber value={value} />,
        },
        { title: t('common.name'), dataIndex: 'label' },
        {
          title: t('number.flow'),
          dataIndex: 'flow_id',
          render: (id: string | null) =>
            id ? (
              <Link to={`/admin/flows/${id}`} onClick={(event) => event.stopPropagation()}>
                {flows.nameOf(id)}
              </Link>
            ) : (
              '–'
            ),
        },
        {
          title: t('column.project'),
          dataIndex: 'project_id',
          render: (id: string | null) => projects.nameOf(id),
        },
        {
          title: t('column.business'),
          dataIndex: 'business_id',
          render: (id: string | null) => businesses.nameOf(id),
        },
        {
          title: t('shell.language'),
          dataIndex: 'language',
          render: (value: string | null) => spokenName(value),
        },
      ]}
      values={(one) => ({
        number: one?.number ?? '',
        label: one?.label ?? '',
        flow_id: one?.flow_id ?? flows.items[0]?.id,
        project_id: one?.project_id ?? projects.items[0]?.id,
        business_id: one?.business_id ?? businesses.items[0]?.id,
        language: one?.language ?? null,
      })}
      body={(values) => ({ ...values, language: values.language ?? null })}
      fields={() => (
        <>
          <TextField
            name="number"
            label={t('number.number')}
            extra={t('number.numberHint')}
            required
            max={32}
            pattern={{ value: /^\+?[0-9*#A-Za-z._() -]+$/, message: t('number.numberPattern') }}
          />
          <TextField name="label" label={t('common.name')} max={80} />
          <ChoiceField
            name="flow_id"
            label={t('number.flow')}
            options={flows.options}
            required
            extra={t('number.flowHint')}
          />
          <ChoiceField name="project_id" label={t('column.project')} options={projects.options} required />
          <ChoiceField
            name="business_id"
            label={t('column.business')}
            options={businesses.options}
            required
          />
          <SpokenLanguageField
            name="language"
            label={t('number.language')}
            extra={t('number.languageHint')}
            required={false}
          />
        </>
      )}
    />
  );
}
