import { DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { CustomerField } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { privateIf } from '@/shared/components/private';
import { useCustomerFields, useFieldLabel } from '@/shared/customers/data';

/** One of the tenant's own fields, private ones too, and what it has exactly. `problem`: why that can be no value. */
export function FieldFilter({ problem }: { problem: string }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const fields = useCustomerFields();
  const labelOf = useFieldLabel();
  if (fields.length === 0) return null;
  const field = fields.find(({ key }) => key === text('field'));
  return (
    <>
      <Select
        allowClear
        aria-label={t('customer.field')}
        placeholder={t('customer.field')}
        value={text('field') || undefined}
        style={{ width: 140 }}
        options={fields.map((one) => ({ value: one.key, label: labelOf(one) }))}
        onChange={(key: string | undefined) => change({ field: key, value: null, page: null })}
        data-testid="field-filter"
      />
      {field ? (
        <div style={{ width: 180 }} className={privateIf(field.private)}>
          <FieldValue
            key={field.key}
            field={field}
            value={text('value')}
            change={(value) => change({ value, page: null })}
            wrong={problem !== ''}
          />
          {problem ? (
            <div role="alert" className="hj-editing-problem" data-testid="field-problem">
              {problem}
            </div>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

interface ValueProps {
  field: CustomerField;
  value: string;
  change: (value: string | null) => void;
  wrong: boolean;
}

/** The control fits the field's kind; its value is text, as the address has it. */
function FieldValue({ field, value, change, wrong }: ValueProps) {
  const { t } = useTranslation();
  const shared = {
    allowClear: true,
    autoFocus: !value,
    status: wrong ? ('error' as const) : undefined,
    placeholder: t('customer.exactly'),
    'aria-label': t('customer.exactly'),
    'aria-invalid': wrong || undefined,
    style: { width: '100%' },
    'data-testid': 'field-value',
  };
  const classNames = { popup: { root: privateIf(field.private) } }; // which lies outside of what is marked here
  switch (field.kind) {
    case 'date': {
      const day = dayjs(value);
      return (
        <DatePicker
          {...shared}
          classNames={classNames}
          format="YYYY-MM-DD"
          value={value && day.isValid() ? day : null}
          onChange={(next) => change(next?.format('YYYY-MM-DD') ?? null)}
        />
      );
    }
    case 'choices':
      return (
        <Select
          {...shared}
          classNames={classNames}
          mode="multiple"
          value={value ? value.split(',') : []}
          options={field.options.map((option) => ({ value: option, label: option }))}
          onChange={(next: string[]) => change(next.join(','))}
        />
      );
    case 'choice':
    case 'yes_no':
      return (
        <Select
          {...shared}
          classNames={classNames}
          value={value || undefined}
          options={
            field.kind === 'choice'
              ? field.options.map((option) => ({ value: option, label: option }))
              : [
                  { value: 'true', label: t('common.yes') },
                  { value: 'false', label: t('common.no') },
                ]
          }
          onChange={(next: string | undefined) => change(next ?? null)}
        />
      );
    default:
      return (
        <Input.Search
          {...shared}
          key={value}
          inputMode={field.kind === 'number' ? 'decimal' : undefined}
          defaultValue={value}
          onSearch={(next) => change(next.trim())}
        />
      );
  }
}
