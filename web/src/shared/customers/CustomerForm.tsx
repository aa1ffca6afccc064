import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { Customer } from '@/shared/api/types';
import { useErrorText, useReportError } from '@/shared/components/errors';
import { useFocusFirst } from '@/shared/components/focus';
import { privateIf } from '@/shared/components/private';
import { ContactPointsFields, isFilled } from './ContactPoints';
import { useAgentChoices, useCustomerFields, useCustomersChanged, useFieldLabel } from './data';
import { endsEditing } from './keys';
import { OwnFieldInput } from './OwnField';

interface Values {
  name: string;
  grade: number;
  tags: string[];
  agent_id?: string | null;
  project_id?: string | null;
  note: string;
  contact_points: { kind: string; value: string; label: string }[];
  fields?: Record<string, unknown>;
  shared?: boolean;
}

/** A new customer, already filled with what is known of the caller. */
export function CustomerForm({
  initial,
  projects,
  touch,
  done,
  cancel,
}: {
  initial: Partial<Values>;
  projects?: { value: string; label: string }[];
  /** Something was typed. */
  touch: () => void;
  done: (customer: Customer) => void;
  cancel: () => void;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const fields = useCustomerFields();
  const labelOf = useFieldLabel();
  const agents = useAgentChoices();
  const changed = useCustomersChanged();
  const errorText = useErrorText();
  const report = useReportError();
  const first = useFocusFirst(true);
  const [busy, setBusy] = useState(false);
  const [taken, setTaken] = useState(false);

  const save = async (values: Values) => {
    setBusy(true);
    const rows = values.contact_points;
    const filled = rows.filter(isFilled);
    const sent = Object.entries(values.fields ?? {}).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    try {
      const made = await api.post<Customer>('/customers', {
        ...values,
        contact_points: filled,
        agent_id: (agents.length > 0 ? values.agent_id : initial.agent_id) ?? null,
        project_id: (projects ? values.project_id : initial.project_id) ?? null,
        shared: values.shared ?? false,
        fields: Object.fromEntries(sent),
      });
      await changed();
      done(made);
    } catch (error) {
      const field = error instanceof ApiError ? error.field : null;
      if (error instanceof ApiError && error.code === 'contact_taken') setTaken(true);
      const name = field?.split('.').map((part) => {
        if (!/^\d+$/.test(part)) return part;
        const sentRow = filled[Number(part)];
        return sentRow ? rows.indexOf(sentRow) : Number(part);
      });
      if (name && form.getFieldInstance(name) !== undefined)
        form.setFields([{ name, errors: [errorText(error)] }]);
      else report(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      size="small"
      initialValues={{
        name: '',
        grade: 0,
        tags: [],
        agent_id: null,
        project_id: null,
        note: '',
        contact_points: [],
        fields: {},
        ...initial,
      }}
      onValuesChange={touch}
      onFinish={(values) => void save(values)}
      onKeyDown={(event) => {
        if (!endsEditing(event)) return;
        event.stopPropagation(); // the panel around it would be closed, too
        cancel();
      }}
      data-testid="customer-form"
    >
      <div ref={first}>
        <Form.Item name="name" label={t('person.name')}>
          <Input maxLength={80} data-testid="customer-name-input" />
        </Form.Item>
      </div>
      <div className="hj-form-label">{t('customer.contacts')}</div>
      <ContactPointsFields />
      {taken ? (
        <Form.Item name="shared" valuePropName="checked" className="hj-shared">
          <Checkbox data-testid="shared">{t('customer.share')}</Checkbox>
        </Form.Item>
      ) : null}
      <div className="hj-form-pair">
        <Form.Item name="grade" label={t('customer.grade')}>
          <InputNumber min={0} max={9} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="tags" label={t('customer.tags')}>
          <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', '，', ';']} />
        </Form.Item>
      </div>
      {agents.length > 0 ? (
        <Form.Item name="agent_id" label={t('customer.agent')}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            options={agents}
            placeholder={t('common.none')}
          />
        </Form.Item>
      ) : null}
      {projects ? (
        <Form.Item name="project_id" label={t('customer.project')} extra={t('customer.projectHint')}>
          <Select allowClear options={projects} placeholder={t('customer.wholeCompany')} />
        </Form.Item>
      ) : null}
      {fields.map((field) => (
        <Form.Item
          key={field.id}
          name={['fields', field.key]}
          className={privateIf(field.private)}
          label={labelOf(field)}
          rules={[{ required: field.required, message: t('common.required') }]}
        >
          <OwnFieldInput field={field} />
        </Form.Item>
      ))}
      <Form.Item name="note" label={t('customer.note')}>
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 6 }} maxLength={4000} />
      </Form.Item>
      <div className="hj-form-end">
        <Button onClick={cancel}>{t('common.cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={busy} data-testid="save-customer">
          {t('common.save')}
        </Button>
      </div>
    </Form>
  );
}
