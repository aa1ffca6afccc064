import { Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CustomerField } from '@/shared/api/types';
import { privateIf } from '@/shared/components/private';

interface InputProps {
  field: CustomerField;
  id?: string;
  value?: unknown;
  onChange?: (value: unknown) => void;
  autoFocus?: boolean;
  'aria-label'?: string;
}

/** The control for a field of the tenant's own; null is no value. */
export function OwnFieldInput({ field, value, onChange, ...rest }: InputProps) {
  const { t } = useTranslation();
  const testId = `own-${field.key}`;
  const options = field.options.map((option) => ({ value: option, label: option }));
  const classNames = { popup: { root: privateIf(field.private) } }; // which lies outside of what is marked here
  switch (field.kind) {
    case 'number':
      return (
        <InputNumber<number>
          {...rest}
          value={value as number | null}
          onChange={(next) => onChange?.(next)}
          style={{ width: '100%' }}
          data-testid={testId}
        />
      );
    case 'date':
      return (
        <Input
          {...rest}
          type="date"
          value={(value as string | null) ?? ''}
          onChange={(event) => onChange?.(event.target.value || null)}
          data-testid={testId}
        />
      );
    case 'choice':
    case 'choices':
      return (
        <Select
          {...rest}
          classNames={classNames}
          allowClear
          mode={field.kind === 'choices' ? 'multiple' : undefined}
          value={value ?? (field.kind === 'choices' ? [] : undefined)}
          options={options}
          onChange={(next: unknown) => onChange?.(next ?? null)}
          style={{ width: '100%' }}
          data-testid={testId}
        />
      );
    case 'yes_no':
      return (
        <Select
          {...rest}
          classNames={classNames}
          allowClear
          value={value ?? undefined}
          options={[
            { value: true, label: t('common.yes') },
            { value: false, label: t('common.no') },
          ]}
          onChange={(next: unknown) => onChange?.(next ?? null)}
          style={{ width: '100%' }}
          data-testid={testId}
        />
      );
    default:
      return (
        <Input
          {...rest}
          maxLength={500}
          value={(value as string | null) ?? ''}
          onChange={(event) => onChange?.(event.target.value || null)}
          data-testid={testId}
        />
      );
  }
}

/** A field's value as text; empty: there is none. */
export function useShownValue(): (value: unknown) => string {
  const { t } = useTranslation();
  return (value) => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
    if (Array.isArray(value)) return value.join(t('common.comma'));
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
}
