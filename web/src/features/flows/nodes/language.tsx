import { Form, Select } from 'antd';
import { spokenLanguages } from '@/shared/i18n';
import { FieldForm, type FieldProps } from '../FieldForm';

/** The keys, and below them the language of each. */
export function Languages(props: FieldProps) {
  const { field, node, change } = props;
  const keys = (node[field.name] ?? {}) as Record<string, string>;
  return (
    <>
      <FieldForm {...props} />
      {Object.entries(keys).map(([key, language]) => (
        <Form.Item key={key} label={key} layout="horizontal" colon={false}>
          <Select
            aria-label={key}
            value={language || undefined}
            options={Object.entries(spokenLanguages).map(([value, label]) => ({ value, label }))}
            onChange={(chosen: string) => change({ ...node, [field.name]: { ...keys, [key]: chosen } })}
          />
        </Form.Item>
      ))}
    </>
  );
}
