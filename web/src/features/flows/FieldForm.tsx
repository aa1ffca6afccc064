import { Form, Input, InputNumber, Segmented, Select, Switch } from 'antd';
import { useContext, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeField, NodeKind } from '@/shared/api/types';
import { spokenLanguages } from '@/shared/i18n';
import type { FlowNode } from './document';
import { useKindTexts } from './kinds';
import { NamesContext } from './names';
import { Pairs } from './Pairs';

// Of more choices not all words would be seen.
const mostSideBySide = 4;

export interface FieldProps {
  kind: NodeKind;
  field: NodeField;
  node: FlowNode;
  change: (node: FlowNode) => void;
}

const keypad = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'];
const asOptions = (values: string[]) => values.map((value) => ({ value, label: value }));

/** A setting with its name, its help and what it is set with. */
export function FieldForm(props: FieldProps) {
  const { kind, field } = props;
  const { t } = useTranslation();
  const texts = useKindTexts();
  // A row is nothing that can be asked for in general: its kind brings a form.
  if (field.shape === 'rows') return null;
  const expression = field.type === 'expression' && field.shape === 'map' && field.key_type !== 'skill';
  const hint = texts.hint(kind.type, field.name) ?? (expression ? t('flow.expressionHint') : undefined);
  return (
    <Form.Item label={texts.field(kind.type, field.name)} extra={hint}>
      {field.shape === 'map' ? <MapControl {...props} /> : <Control {...props} />}
    </Form.Item>
  );
}

function MapControl({ field, node, change }: FieldProps) {
  const value = (node[field.name] ?? {}) as Record<string, string>;
  const set = (next: Record<string, string>) => change({ ...node, [field.name]: next });
  if (field.key_type !== 'key') return <Pairs keyType={field.key_type} value={value} change={set} />;
  return (
    <Select
      mode="multiple"
      value={Object.keys(value)}
      options={asOptions(keypad)}
      onChange={(chosen: string[]) => set(Object.fromEntries(chosen.map((key) => [key, value[key] ?? ''])))}
    />
  );
}

function Control({ kind, field, node, change }: FieldProps): ReactNode {
  const { t } = useTranslation();
  const texts = useKindTexts();
  const names = useContext(NamesContext);
  const { name, type } = field;
  const label = texts.field(kind.type, name);
  const none = texts.none(kind.type, name);
  const set = (value: unknown) => change({ ...node, [name]: value });
  const text = typeof node[name] === 'string' ? node[name] : '';
  // What may be left out is null, or an empty text where it is one.
  const chosen = (options: { value: string; label: string }[], value = text) => (
    <Select
      allowClear={!field.required}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={none}
      value={value || undefined}
      options={options}
      onChange={(next: string | undefined) =>
        set(next ?? (typeof field.initial === 'string' && type !== 'key' ? '' : null))
      }
      data-testid={`field-${name}`}
    />
  );
  if (field.shape === 'list' && type !== 'prompt')
    return (
      <Select
        mode="tags"
        open={false}
        suffix={null}
        maxCount={field.max_length ?? undefined}
        aria-label={label}
        placeholder={none}
        value={(node[name] as string[] | undefined) ?? []}
        onChange={set}
        data-testid={`field-${name}`}
      />
    );
  switch (type) {
    case 'boolean':
      return <Switch aria-label={label} checked={(node[name] ?? field.initial) === true} onChange={set} />;
    case 'integer':
    case 'number':
      return (
        <InputNumber
          aria-label={label}
          min={field.minimum ?? undefined}
          max={field.maximum ?? undefined}
          precision={type === 'integer' ? 0 : undefined}
          suffix={field.unit ? t(`common.${field.unit}`) : undefined}
          style={{ width: '100%' }}
          value={(node[name] ?? field.initial) as number | null}
          onChange={(value) => {
            if (value !== null || field.initial === null) set(value);
          }}
        />
      );
    case 'choice': {
      const options = field.choices.map((value) => ({ value, label: texts.choice(kind.type, name, value) }));
      const shown = { 'aria-label': label, value: text || (field.initial as string), options, onChange: set };
      return options.length > mostSideBySide ? <Select {...shown} /> : <Segmented {...shown} block />;
    }
    case 'prompt':
      return (
        <Select
          mode="tags"
          value={(node[name] as string[] | undefined) ?? []}
          options={asOptions(names.prompts)}
          onChange={set}
        />
      );
    case 'key':
      return chosen(asOptions(keypad));
    case 'queue':
      // Some flows name a queue instead of its id.
      return chosen(
        names.queues,
        names.queues.find((one) => one.value === text || one.label === text)?.value ?? text,
      );
    case 'hours':
      return chosen(names.hours);
    case 'skill':
      return chosen(names.skills);
    case 'source':
      return chosen(names.sources.map(({ id, name: label }) => ({ value: id, label })));
    case 'flow':
      return chosen(names.flows);
    case 'language':
      return chosen(Object.entries(spokenLanguages).map(([value, label]) => ({ value, label })));
    case 'voice':
      return chosen(names.voices.map(({ id, name: label }) => ({ value: id, label })));
    case 'template':
      return (
        <Input.TextArea
          autoSize={{ minRows: 3 }}
          placeholder={none}
          maxLength={field.max_length ?? undefined}
          value={text}
          onChange={(event) => set(event.target.value)}
        />
      );
    default:
      return (
        <Input
          className={type === 'expression' || type === 'variable' ? 'hj-mono' : undefined}
          placeholder={none}
          maxLength={field.max_length ?? undefined}
          value={text}
          onChange={(event) => set(event.target.value)}
        />
      );
  }
}
