import { useTranslation } from 'react-i18next';
import type { Named } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { TextField } from '@/shared/catalogue/fields';
import { useRight } from '@/shared/session/session';

export function Projects() {
  const { t } = useTranslation();
  return (
    <Catalogue<Named, { name: string }>
      path="/projects"
      testId="projects"
      title={t('page.projects')}
      lead={t('project.lead')}
      nameOf={(project) => project.name}
      emptyWhat={t('project.empty')}
      emptyHow={t('project.emptyHow')}
      mayEdit={useRight('admin.tenancy')}
      columns={[{ title: t('common.name'), dataIndex: 'name' }]}
      values={(project) => ({ name: project?.name ?? '' })}
      fields={() => <TextField name="name" label={t('common.name')} required max={80} />}
    />
  );
}
