import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { CustomerField } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, SwitchField, TextField } from '@/shared/catalogue/fields';
import { useOrder } from '@/shared/catalogue/useOrder';
import { useAct } from '@/shared/components/errors';
import { useCustomerFields, useFieldLabel } from '@/shared/customers/data';
import { languageNames, languages } from '@/shared/i18n';
import { useRight } from '@/shared/session/session';
import { typeKey, typeLabel } from './ownQuery';

const kinds = ['text', 'number', 'date', 'choice', 'choices', 'yes_no'] as const;

/** The fields of a customer's record that the tenant adds, in their order. */
export function CustomerFields() {
  const { t } = useTranslation();
  const labelOf = useFieldLabel();
  const mayEdit = useRight('admin.tenancy');
  const { first, last, move, busy } = useOrder('/customer-fields');
  return (
    <Catalogue<CustomerField, Omit<CustomerField, 'id'>>
      path="/customer-fields"
      testId="customer-fields"
      title={t('page.customerFields')}
      lead={t('customerField.lead')}
      nameOf={labelOf}
      emptyWhat={t('customerField.empty')}
      emptyHow={t('customerField.emptyHow')}
      mayEdit={mayEdit}
      top={mayEdit ? <AddType /> : null}
      columns={[
        { title: t('common.name'), key: 'label', render: (_, field) => labelOf(field) },
        {
          title: t('customerField.kind'),
          dataIndex: 'kind',
          render: (kind: (typeof kinds)[number]) => t(`customerField.kinds.${kind}`),
        },
        {
          title: t('customerField.what'),
          key: 'what',
          render: (_, { required, private: secret }) => (
            <>
              {required ? <Tag>{t('customerField.required')}</Tag> : null}
              {secret ? <Tag color="gold">{t('customerField.private')}</Tag> : null}
            </>
          ),
        },
        { title: t('customerField.key'), dataIndex: 'key' },
      ]}
      rowActions={
        mayEdit
          ? (field) => (
              <>
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowUpOutlined />}
                  disabled={busy || field.id === first}
                  aria-label={t('customerField.up', { name: labelOf(field) })}
                  onClick={() => move(field.id, -1)}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowDownOutlined />}
                  disabled={busy || field.id === last}
                  aria-label={t('customerField.down', { name: labelOf(field) })}
                  onClick={() => move(field.id, 1)}
                />
              </>
            )
          : undefined
      }
      values={(field) =>
        field ?? { key: '', label: {}, kind: 'text', required: false, private: false, options: [] }
      }
      body={({ label, options, ...values }, field) => ({
        ...values,
        position: field?.position ?? 0,
        options: ['choice', 'choices'].includes(values.kind) ? options : [],
        label: Object.fromEntries(Object.entries(label).filter(([, text]) => Boolean(text))),
      })}
      fields={(field) => (
        <>
          {languages.map((language, at) => (
            <TextField
              key={language}
              name={['label', language]}
              label={t('customerField.labelIn', { language: languageNames[language] })}
              required={at === 0}
              max={60}
            />
          ))}
          {field ? null : (
            <>
              <TextField
                name="key"
                label={t('customerField.key')}
                extra={t('customerField.keyHint')}
                required
                max={31}
                pattern={{ value: /^[a-z][a-z0-9_]*$/, message: t('customerField.keyPattern') }}
              />
              <ChoiceField
                name="kind"
                label={t('customerField.kind')}
                required
                options={kinds.map((kind) => ({ value: kind, label: t(`customerField.kinds.${kind}`) }))}
              />
            </>
          )}
          <Form.Item noStyle dependencies={['kind']}>
            {({ getFieldValue }) =>
              ['choice', 'choices'].includes(
                (getFieldValue('kind') as string | undefined) ?? field?.kind ?? '',
              ) ? (
                <Form.Item
                  name="options"
                  label={t('customerField.options')}
                  rules={[{ required: true, message: t('common.required') }]}
                >
                  <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', '，', ';']} />
                </Form.Item>
              ) : null
            }
          </Form.Item>
          <SwitchField
            name="required"
            label={t('customerField.required')}
            extra={t('customerField.requiredHint')}
          />
          {field ? null : (
            <SwitchField
              name="private"
              label={t('customerField.private')}
              extra={t('customerField.privateHint')}
            />
          )}
        </>
      )}
    />
  );
}

/** Adds the field that is the type of a customer in the agents' lists, with choices to begin with. */
function AddType() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const fields = useCustomerFields();
  if (fields.some(({ key }) => key === typeKey)) return null;
  const add = () =>
    run(async () => {
      await api.post('/customer-fields', {
        key: typeKey,
        kind: 'choice',
        label: typeLabel,
        options: [
          t('customerField.types.interested'),
          t('customerField.types.followed'),
          t('customerField.types.sold'),
          t('customerField.types.member'),
        ],
      });
      await client.invalidateQueries({ queryKey: ['/customer-fields'] });
      message.success(t('customerField.typeAdded'));
    });
  return (
    <div className="hj-filters">
      <Button loading={busy} onClick={() => void add()} data-testid="add-type">
        {t('customerField.addType')}
      </Button>
    </div>
  );
}
