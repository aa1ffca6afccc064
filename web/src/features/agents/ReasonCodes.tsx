import { useTranslation } from 'react-i18next';
import type { ReasonCode } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { SwitchField, TextField } from '@/shared/catalogue/fields';
import { useRight } from '@/shared/session/session';

export function ReasonCodes() {
  const { t } = useTranslation();
  return (
    <Catalogue<ReasonCode, Omit<ReasonCode, 'id'>>
      path="/reason-codes"
      testId="reason-codes"
      title={t('page.reasonCodes')}
      lead={t('reasonCode.lead')}
      nameOf={(reason) => reason.name}
      emptyWhat={t('reasonCode.empty')}
      emptyHow={t('reasonCode.emptyHow')}
      mayEdit={useRight('admin.queues')}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        { title: t('reasonCode.code'), dataIndex: 'code', className: 'hj-mono' },
        {
          title: t('reasonCode.isBreak'),
          key: 'is_break',
          render: (_, reason) => (reason.is_break ? t('common.yes') : '–'),
        },
      ]}
      values={(reason) => ({
        name: reason?.name ?? '',
        code: reason?.code ?? '',
        is_break: reason?.is_break ?? false,
      })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <TextField
            name="code"
            label={t('reasonCode.code')}
            extra={t('reasonCode.codeHint')}
            required
            max={32}
            pattern={{ value: /^[a-z0-9_-]+$/, message: t('reasonCode.codePattern') }}
          />
          <SwitchField name="is_break" label={t('reasonCode.isBreak')} extra={t('reasonCode.isBreakHint')} />
        </>
      )}
    />
  );
}
