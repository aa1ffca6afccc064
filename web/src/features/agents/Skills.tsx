import { useTranslation } from 'react-i18next';
import type { Named } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { TextField } from '@/shared/catalogue/fields';
import { useRight } from '@/shared/session/session';

export function Skills() {
  const { t } = useTranslation();
  return (
    <Catalogue<Named, { name: string }>
      path="/skills"
      testId="skills"
      title={t('page.skills')}
      lead={t('skill.lead')}
      nameOf={(skill) => skill.name}
      emptyWhat={t('skill.empty')}
      emptyHow={t('skill.emptyHow')}
      mayEdit={useRight('admin.people')}
      columns={[{ title: t('common.name'), dataIndex: 'name' }]}
      values={(skill) => ({ name: skill?.name ?? '' })}
      fields={() => <TextField name="name" label={t('common.name')} required max={60} />}
    />
  );
}
