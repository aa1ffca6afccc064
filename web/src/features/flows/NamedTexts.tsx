import { Form, Input } from 'antd';

interface Props {
  label: string;
  hint: string;
  names: string[];
  value: Record<string, string>;
  set: (name: string, text: string) => void;
}

/** A text, as an expression, for each of these names. */
export function NamedTexts({ label, hint, names, value, set }: Props) {
  if (names.length === 0) return null;
  return (
    <Form.Item label={label} extra={hint}>
      {names.map((name) => (
        <div key={name} className="hj-form-list-row">
          <span className="hj-mono" style={{ minWidth: 88 }}>
            {name}
          </span>
          <Input
            className="hj-mono"
            aria-label={name}
            value={value[name] ?? ''}
            onChange={(event) => set(name, event.target.value)}
          />
        </div>
      ))}
    </Form.Item>
  );
}
