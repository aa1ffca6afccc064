import { App, Button, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ApiError } from '@/shared/api/client';
import type { CustomerImportDetail, ImportPlan } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useAct, useErrorText } from '@/shared/components/errors';
import { privateClass } from '@/shared/components/private';
import { useCustomerFields, useFieldLabel } from '@/shared/customers/data';
import { useRight } from '@/shared/session/session';
import { imports } from './data';

const targets = ['name', 'phone', 'email', 'chat', 'grade', 'tags', 'agent', 'project', 'note'] as const;
const several: ReadonlySet<string> = new Set(['phone', 'email', 'chat', 'tags']);
const labelled: ReadonlySet<string> = new Set(['phone', 'email', 'chat']);
const shownValues = 3;

interface Props {
  one: CustomerImportDetail;
  renewed: () => Promise<unknown>;
  done: () => void;
}

/** What each column of the file is, beside its first values, and what becomes of who is known. */
export function Columns({ one, renewed, done }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const { busy, run } = useAct();
  const errorText = useErrorText();
  const projects = useOptions('/projects', useRight('config.read'));
  const [plan, setPlan] = useState<ImportPlan>(one.proposed as ImportPlan);
  const [problem, setProblem] = useState('');
  const set = (values: Partial<ImportPlan>) => {
    setProblem('');
    setPlan((now) => ({ ...now, ...values }));
  };
  const check = () =>
    run(async () => {
      try {
        await api.put(`${imports}/${one.id}/plan`, plan);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status === 0) throw error;
        setProblem(errorText(error));
        return;
      }
      await renewed();
      done();
    });
  const discard = () =>
    modal.confirm({
      title: t('customerImport.discardTitle', { name: one.file_name }),
      content: t('customerImport.discardText'),
      okText: t('customerImport.discard'),
      okButtonProps: { danger: true },
      cancelText: t('common.cancel'),
      onOk: () =>
        run(async () => {
          await api.delete(`${imports}/${one.id}`);
          await navigate('/customers/imports');
        }),
    });
  return (
    <>
      <div className="hj-panel hj-import-columns">
        <table>
          <thead>
            <tr>
              <th>{t('customerImport.column')}</th>
              <th>{t('customerImport.values')}</th>
              <th>{t('customerImport.target')}</th>
              <th>{t('customerImport.label')}</th>
            </tr>
          </thead>
          <tbody>
            {one.headings.map((heading, at) => (
              <Column
                key={at}
                name={heading || t('customerImport.unnamed', { number: at + 1 })}
                values={one.rows.map((row) => row[at] ?? '').filter(Boolean)}
                at={at}
                plan={plan}
                change={(columns) => set({ columns })}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Form
        layout="vertical"
        className="hj-panel hj-panel-body hj-import-options"
        onFinish={() => void check()}
      >
        <Form.Item label={t('customerImport.known')} extra={t('customerImport.knownHow')}>
          <Radio.Group
            value={plan.known}
            optionType="button"
            options={(['skip', 'fill', 'overwrite'] as const).map((value) => ({
              value,
              label: t(`customerImport.knownIs.${value}`),
            }))}
            onChange={({ target }) => set({ known: target.value as ImportPlan['known'] })}
            data-testid="import-known"
          />
        </Form.Item>
        {projects.options.length > 0 ? (
          <Form.Item label={t('customerImport.project')} extra={t('customerImport.projectHow')}>
            <Select
              value={plan.project_id ?? ''}
              style={{ width: 220 }}
              aria-label={t('customerImport.project')}
              options={[{ value: '', label: t('customer.wholeCompany') }, ...projects.options]}
              onChange={(value) => set({ project_id: value || null })}
              data-testid="import-project"
            />
          </Form.Item>
        ) : null}
        <div className="hj-import-end">
          {problem ? (
            <span role="alert" className="hj-import-problem" data-testid="import-problem">
              {problem}
            </span>
          ) : null}
          <Button danger type="text" onClick={discard} disabled={busy} data-testid="import-discard">
            {t('customerImport.discard')}
          </Button>
          <Button type="primary" htmlType="submit" loading={busy} data-testid="import-check">
            {t('customerImport.check')}
          </Button>
        </div>
      </Form>
    </>
  );
}

function Column({
  name,
  values,
  at,
  plan,
  change,
}: {
  name: string;
  values: string[];
  at: number;
  plan: ImportPlan;
  change: (columns: ImportPlan['columns']) => void;
}) {
  const { t } = useTranslation();
  const fields = useCustomerFields();
  const labelOf = useFieldLabel();
  const { target = null, label = '' } = plan.columns[at] ?? {};
  const taken = new Set(plan.columns.filter((_, other) => other !== at).map((column) => column.target));
  const choice = (value: string, text: string) => ({
    value,
    label: text,
    disabled: taken.has(value) && !several.has(value),
  });
  const set = (values: Partial<ImportPlan['columns'][number]>) =>
    change(plan.columns.map((column, other) => (other === at ? { ...column, ...values } : column)));
  const own = fields.map((field) => choice(`fields.${field.key}`, labelOf(field)));
  return (
    <tr className={target ? undefined : 'hj-import-left-out'}>
      <th scope="row" title={name}>
        {name}
      </th>
      <td className={`hj-import-values ${privateClass}`} title={values.join('\n')}>
        {values.length > 0 ? values.slice(0, shownValues).join(' · ') : t('customerImport.nothing')}
      </td>
      <td>
        <Select
          size="small"
          value={target ?? ''}
          style={{ width: 200 }}
          aria-label={t('customerImport.targetFor', { column: name })}
          showSearch={{ optionFilterProp: 'label' }}
          options={[
            { value: '', label: t('customerImport.leftOut') },
            {
              label: t('customerImport.record'),
              options: targets.map((value) => choice(value, t(`customerImport.targets.${value}`))),
            },
            ...(own.length > 0 ? [{ label: t('customerImport.ownFields'), options: own }] : []),
          ]}
          onChange={(value) =>
            set({ target: value || null, label: labelled.has(value) ? label || name.slice(0, 30) : '' })
          }
          data-testid={`import-target-${at}`}
        />
      </td>
      <td>
        {target && labelled.has(target) ? (
          <Input
            size="small"
            value={label}
            maxLength={30}
            placeholder={t('customerImport.labelHint')}
            aria-label={t('customerImport.labelFor', { column: name })}
            style={{ width: 130 }}
            onChange={({ target: { value } }) => set({ label: value })}
          />
        ) : null}
      </td>
    </tr>
  );
}
