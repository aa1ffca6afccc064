import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, NumberField, SwitchField, TextField } from '@/shared/catalogue/fields';
import type { Disposition } from '@/shared/api/types';
import { api } from '@/shared/api/client';
import { useAct } from '@/shared/components/errors';
import { useRight } from '@/shared/session/session';
import { useResults } from './useResults';

interface Values {
  name: string;
  parent_id?: string | null;
  position: number;
  retired: boolean;
}

export function Dispositions() {
  const { t } = useTranslation();
  const every = useResults();
  const mayEdit = useRight('admin.queues');
  return (
    <Catalogue<Disposition, Values>
      path="/dispositions"
      testId="dispositions"
      title={t('page.dispositions')}
      lead={t('disposition.lead')}
      nameOf={(one) => one.name}
      emptyWhat={t('disposition.empty')}
      emptyHow={t('disposition.emptyHow')}
      mayEdit={mayEdit}
      top={mayEdit ? <AddOutbound /> : null}
      columns={[
        {
          title: t('common.name'),
          dataIndex: 'name',
          render: (name: string, one) => (
            <>
              {name} {one.retired ? <Tag>{t('disposition.retired')}</Tag> : null}
            </>
          ),
        },
        {
          title: t('disposition.parent'),
          dataIndex: 'parent_id',
          render: (id: string | null) => (id ? every.nameOf(id) : ''),
        },
        { title: t('disposition.position'), dataIndex: 'position', align: 'right' },
      ]}
      values={(one) => ({
        name: one?.name ?? '',
        parent_id: one?.parent_id,
        position: one?.position ?? 0,
        retired: one?.retired ?? false,
      })}
      body={(values) => ({ ...values, parent_id: values.parent_id ?? null })}
      fields={(one) => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <ChoiceField
            name="parent_id"
            label={t('disposition.parent')}
            extra={t('disposition.parentHint')}
            options={every.options.filter((option) => option.value !== one?.id)}
          />
          <SwitchField name="retired" label={t('disposition.retired')} extra={t('disposition.retiredHint')} />
          <NumberField name="position" label={t('disposition.position')} min={0} max={10000} />
        </>
      )}
    />
  );
}

/** Adds the ready results of outbound calls. */
function AddOutbound() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const add = () =>
    run(async () => {
      await api.post('/dispositions/outbound');
      await client.invalidateQueries();
      message.success(t('disposition.outboundAdded'));
    });
  return (
    <div className="hj-filters">
      <Button loading={busy} onClick={() => void add()} data-testid="add-outbound">
        {t('disposition.addOutbound')}
      </Button>
    </div>
  );
}
