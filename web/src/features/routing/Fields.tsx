import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NeededSkill } from '@/shared/api/types';
import '@/shared/catalogue/catalogue.css';
import { chosenName, type Option } from '@/shared/catalogue/useOptions';

/** One field of a draft, with its explanation and what the server says of it. */
export function Field({
  label,
  extra,
  error,
  children,
}: {
  label?: ReactNode;
  extra?: ReactNode;
  error?: string;
  children: ReactNode;
}) {
  return (
    <Form.Item label={label} extra={extra} validateStatus={error ? 'error' : undefined} help={error}>
      {children}
    </Form.Item>
  );
}

export function ChoicesField({
  label,
  extra,
  error,
  value,
  onChange,
  options,
  free = false,
  placeholder,
  testId,
}: {
  label: string;
  extra?: ReactNode;
  error?: string;
  value: string[];
  onChange: (value: string[]) => void;
  options: Option[];
  /** Others than the listed ones may be typed. */
  free?: boolean;
  placeholder?: string;
  testId?: string;
}) {
  return (
    <Field label={label} extra={extra} error={error}>
      <Select
        mode={free ? 'tags' : 'multiple'}
        allowClear
        aria-label={label}
        showSearch={{ optionFilterProp: 'label' }}
        value={value}
        onChange={onChange}
        options={options}
        labelRender={free ? undefined : chosenName}
        placeholder={placeholder}
        maxTagCount="responsive"
        data-testid={testId}
      />
    </Field>
  );
}

/** A number that may be left out. */
export function FigureField({
  label,
  extra,
  error,
  value,
  onChange,
  min = 0,
  max,
  unit,
  placeholder,
  testId,
}: {
  label: string;
  extra?: ReactNode;
  error?: string;
  value: number | null | undefined;
  onChange: (value: number | null) => void;
  min?: number;
  max: number;
  unit?: string;
  placeholder?: string;
  testId?: string;
}) {
  return (
    <Field label={label} extra={extra} error={error}>
      <InputNumber
        aria-label={label}
        min={min}
        max={max}
        precision={0}
        changeOnBlur
        value={value ?? null}
        onChange={onChange}
        suffix={unit}
        placeholder={placeholder}
        style={{ width: '100%' }}
        data-testid={testId}
      />
    </Field>
  );
}

/** Skills with the level that is needed of each. */
export function NeededSkills({
  value,
  onChange,
  options,
  error,
}: {
  value: NeededSkill[];
  onChange: (value: NeededSkill[]) => void;
  options: Option[];
  error?: string;
}) {
  const { t } = useTranslation();
  const change = (at: number, part: Partial<NeededSkill>) =>
    onChange(value.map((one, index) => (index === at ? { ...one, ...part } : one)));
  const left = options.filter((option) => !value.some((one) => one.skill_id === option.value));
  return (
    <Field label={t('page.skills')} error={error}>
      {value.map((one, at) => (
        <div key={one.skill_id} className="hj-needed-skill">
          <Select
            aria-label={t('page.skills')}
            value={one.skill_id}
            options={options.filter((option) => option.value === one.skill_id || left.includes(option))}
            labelRender={chosenName}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(id: string) => change(at, { skill_id: id })}
          />
          <InputNumber
            aria-label={t('queue.level')}
            min={1}
            max={10}
            precision={0}
            prefix="≥"
            value={one.level}
            onChange={(level) => change(at, { level: level ?? 1 })}
          />
          <Button
            type="text"
            icon={<MinusCircleOutlined />}
            aria-label={t('common.delete')}
            onClick={() => onChange(value.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      {left.length > 0 ? (
        <Select
          aria-label={t('catalogue.addSkill')}
          value={null}
          placeholder={
            <>
              <PlusOutlined /> {t('catalogue.addSkill')}
            </>
          }
          options={left}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={(id: string | null) => {
            if (id) onChange([...value, { skill_id: id, level: 1 }]);
          }}
          data-testid="add-skill"
        />
      ) : null}
    </Field>
  );
}
