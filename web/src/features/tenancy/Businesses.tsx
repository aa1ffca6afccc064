import { useTranslation } from 'react-i18next';
import type { Named } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useRight } from '@/shared/session/session';

interface Business extends Named {
  project_id: string;
}

export function Businesses() {
  const { t } = useTranslation();
  const projects = useOptions('/projects');
  return (
    <Catalogue<Business, Omit<Business, 'id'>>
      path="/businesses"
      testId="businesses"
      title={t('page.businesses')}
      lead={t('business.lead')}
      nameOf={(business) => business.name}
      emptyWhat={t('business.empty')}
      emptyHow={t('business.emptyHow')}
      mayEdit={useRight('admin.tenancy')}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        { title: t('column.project'), dataIndex: 'project_id', render: (id: string) => projects.nameOf(id) },
      ]}
      values={(business) => ({
        name: business?.name ?? '',
        project_id: business?.project_id ?? projects.items[0]?.id,
      })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={80} />
          <ChoiceField name="project_id" label={t('column.project')} options={projects.options} required />
        </>
      )}
    />
  );
}
