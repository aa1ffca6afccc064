import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber, Select, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { languageNames, languages, spokenLanguages } from '@/shared/i18n';
import './catalogue.css';
import { chosenName, type Option } from './useOptions';

type Name = string | (string | number)[];

export function TextField({
  name,
  label,
  required = false,
  extra,
  max,
  pattern,
  password = false,
}: {
  name: Name;
  label: string;
  required?: boolean;
  extra?: ReactNode;
  max?: number;
  pattern?: { value: RegExp; message: string };
  password?: boolean;
}) {
  const { t } = useTranslation();
  const testId = `field-${[name].flat().join('-')}`;
  return (
    <Form.Item
      name={name}
      label={label}
      extra={extra}
      rules={[
        { required, whitespace: required, message: t('common.required') },
        ...(pattern ? [{ pattern: pattern.value, message: pattern.message }] : []),
      ]}
    >
      {password ? (
        <Input.Password autoComplete="new-password" data-testid={testId} />
      ) : (
        <Input maxLength={max} data-testid={testId} />
      )}
    </Form.Item>
  );
}

export function NumberField({
  name,
  label,
  min,
  max,
  unit,
  extra,
  required = true,
  placeholder,
}: {
  name: Name;
  label: string;
  min: number;
  max: number;
  unit?: string;
  extra?: ReactNode;
  required?: boolean;
  placeholder?: string;
}) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={label} extra={extra} rules={[{ required, message: t('common.required') }]}>
      <InputNumber
        min={min}
        max={max}
        suffix={unit}
        precision={0}
        placeholder={placeholder}
        style={{ width: '100%' }}
        data-testid={`field-${[name].flat().join('-')}`}
      />
    </Form.Item>
  );
}

export function ChoiceField({
  name,
  label,
  options,
  required = false,
  multiple = false,
  extra,
  placeholder,
}: {
  name: Name;
  label: string;
  options: { value: string; label: ReactNode }[];
  required?: boolean;
  multiple?: boolean;
  extra?: ReactNode;
  placeholder?: string;
}) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={label} extra={extra} rules={[{ required, message: t('common.required') }]}>
      <Select
        mode={multiple ? 'multiple' : undefined}
        allowClear={!required}
        showSearch={{ optionFilterProp: 'label' }}
        options={options}
        labelRender={chosenName}
        placeholder={placeholder ?? t('common.none')}
        data-testid={`field-${[name].flat().join('-')}`}
      />
    </Form.Item>
  );
}

export function SwitchField({ name, label, extra }: { name: Name; label: string; extra?: ReactNode }) {
  return (
    <Form.Item name={name} label={label} extra={extra} valuePropName="checked">
      <Switch />
    </Form.Item>
  );
}

export function LanguageField({
  name,
  label,
  required = false,
}: {
  name: Name;
  label: string;
  required?: boolean;
}) {
  return (
    <ChoiceField
      name={name}
      label={label}
      required={required}
      options={languages.map((language) => ({ value: language, label: languageNames[language] }))}
    />
  );
}

export function SpokenLanguageField({
  name,
  label,
  required = true,
  extra,
}: {
  name: Name;
  label: string;
  required?: boolean;
  extra?: ReactNode;
}) {
  return (
    <ChoiceField
      name={name}
      label={label}
      required={required}
      extra={extra}
      options={Object.entries(spokenLanguages).map(([value, text]) => ({ value, label: text }))}
    />
  );
}

/** Skills with a figure each: what a queue needs, or what an agent can. */
export function SkillsField({
  name,
  figure,
  figureLabel,
  skills,
}: {
  name: Name;
  figure: 'level' | 'proficiency';
  figureLabel: string;
  skills: Option[];
}) {
  const { t } = useTranslation();
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <>
          {rows.map((row) => (
            <div key={row.key} className="hj-form-list-row">
              <Form.Item
                name={[row.name, 'skill_id']}
                rules={[{ required: true, message: t('common.required') }]}
              >
                <Select
                  options={skills}
                  labelRender={chosenName}
                  showSearch={{ optionFilterProp: 'label' }}
                  placeholder={t('page.skills')}
                  aria-label={t('page.skills')}
                />
              </Form.Item>
              <Form.Item
                name={[row.name, figure]}
                rules={[{ required: true, message: t('common.required') }]}
              >
                <InputNumber
                  min={1}
                  max={10}
                  prefix={figureLabel}
                  aria-label={figureLabel}
                  style={{ width: '100%' }}
                />
              </Form.Item>
              <Button
                type="text"
                icon={<MinusCircleOutlined />}
                aria-label={t('common.delete')}
                onClick={() => remove(row.name)}
              />
            </div>
          ))}
          <Button type="dashed" block icon={<PlusOutlined />} onClick={() => add({ [figure]: 1 })}>
            {t('catalogue.addSkill')}
          </Button>
        </>
      )}
    </Form.List>
  );
}
