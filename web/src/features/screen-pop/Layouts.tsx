import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ScreenLayout } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { TextField } from '@/shared/catalogue/fields';
import { LayoutEditor } from './LayoutEditor';

type Values = Pick<ScreenLayout, 'name' | 'sections'>;

/** What the desktop shows of a call, drawn by the administrator. */
export function Layouts() {
  const { t } = useTranslation();
  return (
    <Catalogue<ScreenLayout, Values>
      path="/screen-layouts"
      testId="screen-layouts"
      title={t('page.screenLayouts')}
      lead={t('layout.lead')}
      nameOf={(layout) => layout.name}
      emptyWhat={t('layout.empty')}
      emptyHow={t('layout.emptyHow')}
      mayEdit
      width={1000}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        {
          title: t('layout.sections'),
          key: 'sections',
          render: (_, { sections }) =>
            sections.map(({ title, kind }) => title || t(`pop.section.${kind}`)).join(t('common.comma')) ||
            '–',
        },
      ]}
      values={(layout) => ({ name: layout?.name ?? '', sections: layout?.sections ?? [] })}
      body={(values, layout) => ({ ...values, revision: layout?.revision })}
      fieldOf={(field) => (field.startsWith('sections') ? ['sections'] : [field])}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <Form.Item name="sections" label={t('layout.sections')} extra={t('layout.hint')}>
            <LayoutEditor />
          </Form.Item>
        </>
      )}
    />
  );
}
