import { Form, Input } from 'antd';
import type { FieldProps } from '../FieldForm';
import { useKindTexts } from '../kinds';

/** What stands on the button of each key, in a chat. */
export function Labels({ kind, field, node, change }: FieldProps) {
  const texts = useKindTexts();
  const keys = Object.keys(node.keys ?? {});
  const labels = (node.labels ?? {}) as Record<string, string>;
  if (keys.length === 0) return null;
  const set = (key: string, label: string) => {
    const rows = Object.entries({ ...labels, [key]: label });
    change({
      ...node,
      labels: Object.fromEntries(rows.filter(([one, text]) => text !== '' && keys.includes(one))),
    });
  };
  return (
    <Form.Item label={texts.field(kind.type, field.name)}>
      {keys.map((key) => (
        <div key={key} className="hj-form-list-row">
          <span className="hj-mono" style={{ minWidth: 24 }}>
            {key}
          </span>
          <Input
            aria-label={`${texts.field(kind.type, field.name)} ${key}`}
            maxLength={80}
            value={labels[key] ?? ''}
            onChange={(event) => set(key, event.target.value)}
          />
        </div>
      ))}
    </Form.Item>
  );
}
