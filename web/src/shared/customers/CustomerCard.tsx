import { Button, Form, Input, Select, Tag } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/client';
import type { Customer } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useErrorText } from '@/shared/components/errors';
import { useFocusFirst } from '@/shared/components/focus';
import { privateIf } from '@/shared/components/private';
import { NextCallLine } from '@/shared/next-calls/NextCallLine';
import { useRight } from '@/shared/session/session';
import { ContactPoints, ContactPointsFields, emptyContact, isFilled } from './ContactPoints';
import './customers.css';
import { useAgentChoices, useCustomerFields, useCustomerSave, useFieldLabel } from './data';
import { Editable } from './Editable';
import { endsEditing } from './keys';
import { OwnFieldInput, useShownValue } from './OwnField';

const grades = Array.from({ length: 10 }, (_, grade) => ({ value: grade, label: String(grade) }));

/** A customer's record; each value is changed where it stands. `calling`: the number that is on the line. */
export function CustomerCard({ customer, calling }: { customer: Customer; calling?: string }) {
  const { t } = useTranslation();
  const mayEdit = useRight('customers.write');
  const readsPrivate = useRight('customers.private');
  const fields = useCustomerFields();
  const labelOf = useFieldLabel();
  const shownValue = useShownValue();
  const agents = useAgentChoices();
  const projects = useOptions('/projects', useRight('config.read'));
  const save = useCustomerSave(customer);
  const none = <span className="hj-faint">–</span>;
  return (
    <div className="hj-customer" data-testid="customer" data-id={customer.id}>
      <div className="hj-customer-name">
        <Editable
          label={t('person.name')}
          value={customer.name}
          shown={customer.name || t('customer.noName')}
          mayEdit={mayEdit}
          input={(value, change) => (
            <Input autoFocus maxLength={80} value={value} onChange={(event) => change(event.target.value)} />
          )}
          save={(name) => save({ name })}
          testId="customer-name"
        />
      </div>
      <Points customer={customer} calling={calling} mayEdit={mayEdit} change={save} />
      <dl className="hj-customer-facts">
        <dt>{t('customer.grade')}</dt>
        <dd>
          <Editable
            label={t('customer.grade')}
            value={customer.grade}
            shown={customer.grade}
            mayEdit={mayEdit}
            input={(value, change) => (
              <Select
                autoFocus
                defaultOpen
                value={value}
                options={grades}
                onChange={change}
                style={{ width: 90 }}
              />
            )}
            save={(grade) => save({ grade })}
            testId="customer-grade"
          />
        </dd>
        <dt>{t('customer.tags')}</dt>
        <dd>
          <Editable
            label={t('customer.tags')}
            value={customer.tags}
            shown={customer.tags.length > 0 ? customer.tags.map((tag) => <Tag key={tag}>{tag}</Tag>) : none}
            mayEdit={mayEdit}
            input={(value, change) => (
              <Select
                autoFocus
                mode="tags"
                open={false}
                suffix={null}
                value={value}
                onChange={change}
                tokenSeparators={[',', '，', ';']}
                style={{ width: '100%' }}
              />
            )}
            save={(tags) => save({ tags })}
            testId="customer-tags"
          />
        </dd>
        <dt>{t('nextCall.title')}</dt>
        <dd>
          <NextCallLine customerId={customer.id} name={customer.name} />
        </dd>
        <dt>{t('customer.agent')}</dt>
        <dd>
          <Editable
            label={t('customer.agent')}
            value={customer.agent_id}
            shown={customer.agent_name ?? none}
            mayEdit={mayEdit && agents.length > 0}
            input={(value, change) => (
              <Select
                autoFocus
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                value={value ?? undefined}
                options={agents}
                onChange={(next: string | undefined) => change(next ?? null)}
                style={{ width: '100%' }}
              />
            )}
            save={(agent_id) => save({ agent_id })}
            testId="customer-agent"
          />
        </dd>
        {projects.options.length > 0 ? (
          <>
            <dt>{t('customer.project')}</dt>
            <dd>
              <Editable
                label={t('customer.project')}
                value={customer.project_id}
                shown={
                  customer.project_id ? projects.nameOf(customer.project_id) : t('customer.wholeCompany')
                }
                mayEdit={mayEdit}
                input={(value, change) => (
                  <Select
                    autoFocus
                    allowClear
                    value={value ?? undefined}
                    options={projects.options}
                    placeholder={t('customer.wholeCompany')}
                    onChange={(next: string | undefined) => change(next ?? null)}
                    style={{ width: '100%' }}
                  />
                )}
                save={(project_id) => save({ project_id })}
                testId="customer-project"
              />
            </dd>
          </>
        ) : null}
        {fields.map((field) => {
          const value = customer.fields[field.key] ?? null;
          const masked = field.private && !readsPrivate;
          return [
            <dt key={`${field.key} name`}>{labelOf(field)}</dt>,
            <dd key={field.key} className={privateIf(field.private)}>
              <Editable<unknown>
                label={labelOf(field)}
                value={value}
                begin={masked ? null : undefined}
                shown={shownValue(value) || none}
                mayEdit={mayEdit}
                input={(draft, change) => (
                  <OwnFieldInput
                    field={field}
                    value={draft}
                    onChange={change}
                    autoFocus
                    aria-label={labelOf(field)}
                  />
                )}
                save={(next) => save({ fields: { [field.key]: next } })}
                testId={`customer-${field.key}`}
              />
            </dd>,
          ];
        })}
        <dt>{t('customer.note')}</dt>
        <dd>
          <Editable
            label={t('customer.note')}
            value={customer.note}
            shown={customer.note || none}
            mayEdit={mayEdit}
            input={(value, change) => (
              <Input.TextArea
                autoFocus
                autoSize={{ minRows: 2, maxRows: 8 }}
                maxLength={4000}
                value={value}
                onChange={(event) => change(event.target.value)}
              />
            )}
            save={(note) => save({ note })}
            testId="customer-note"
          />
        </dd>
      </dl>
    </div>
  );
}

function Points({
  customer,
  calling,
  mayEdit,
  change,
}: {
  customer: Customer;
  calling?: string;
  mayEdit: boolean;
  change: (change: object) => Promise<void>;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm();
  const errorText = useErrorText();
  const [editing, setEditing] = useState(false);
  const [problem, setProblem] = useState<{ text: string; taken: boolean } | null>(null);
  const fields = useFocusFirst(editing);
  const button = useRef<HTMLButtonElement>(null);
  const points = customer.contact_points.map(({ kind, value, label }) => ({ kind, value, label }));
  const end = () => {
    setEditing(false);
    setProblem(null);
    requestAnimationFrame(() => button.current?.focus());
  };
  const save = async (shared: boolean) => {
    const { contact_points } = (await form.validateFields()) as { contact_points: typeof points };
    try {
      await change({ contact_points: contact_points.filter(isFilled), shared });
      end();
    } catch (error) {
      setProblem({
        text: errorText(error),
        taken: error instanceof ApiError && error.code === 'contact_taken',
      });
    }
  };
  if (!editing)
    return (
      <div className="hj-customer-points">
        <ContactPoints points={customer.contact_points} calling={calling} />
        {mayEdit ? (
          <Button
            ref={button}
            type="link"
            size="small"
            onClick={() => setEditing(true)}
            data-testid="edit-contacts"
          >
            {t('customer.editContacts')}
          </Button>
        ) : null}
      </div>
    );
  return (
    <Form
      form={form}
      size="small"
      initialValues={{ contact_points: points.length > 0 ? points : [emptyContact] }}
      onFinish={() => void save(false)}
      onKeyDown={(event) => {
        if (!endsEditing(event)) return;
        event.stopPropagation();
        end();
      }}
    >
      <div ref={fields}>
        <ContactPointsFields />
      </div>
      {problem ? (
        <div role="alert" className="hj-editing-problem">
          {problem.text}
        </div>
      ) : null}
      <div className="hj-form-end">
        {problem?.taken ? (
          <Button onClick={() => void save(true)} data-testid="share-number">
            {t('customer.share')}
          </Button>
        ) : null}
        <Button onClick={end}>{t('common.cancel')}</Button>
        <Button type="primary" htmlType="submit" data-testid="save-contacts">
          {t('common.save')}
        </Button>
      </div>
    </Form>
  );
}
