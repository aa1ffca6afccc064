import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from '../FieldForm';
import { useKindTexts } from '../kinds';

interface Share {
  percent: number;
  label?: string;
  next: string;
}

/** The shares of a split, and what they add up to. */
export function Shares({ kind, field, node, change }: FieldProps) {
  const { t } = useTranslation();
  const texts = useKindTexts();
  const label = texts.field(kind.type, 'label');
  const branches = (node.branches ?? []) as Share[];
  const total = Math.round(branches.reduce((sum, { percent }) => sum + percent * 100, 0)) / 100;
  const put = (next: Share[]) => change({ ...node, branches: next });
  const set = (at: number, part: Partial<Share>) =>
    put(branches.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <Form.Item
      label={texts.field(kind.type, field.name)}
      validateStatus={total === 100 ? undefined : 'error'}
      help={total === 100 ? undefined : t('flow.sharesSum', { total })}
    >
      {branches.map((one, at) => (
        <div key={at} className="hj-form-list-row">
          <InputNumber
            min={0}
            max={100}
            precision={2}
            suffix="%"
            style={{ width: 110, flex: 'none' }}
            value={one.percent}
            aria-label={texts.field(kind.type, 'percent')}
            onChange={(percent) => set(at, { percent: percent ?? 0 })}
          />
          <Input
            value={one.label ?? ''}
            placeholder={label}
            aria-label={label}
            onChange={(event) => set(at, { label: event.target.value })}
          />
          <Button
            type="text"
            icon={<MinusCircleOutlined />}
            aria-label={t('common.delete')}
            disabled={branches.length === 1}
            onClick={() => put(branches.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Button
        type="dashed"
        block
        icon={<PlusOutlined />}
        disabled={branches.length >= (field.max_length ?? Infinity)}
        onClick={() =>
          put([...branches, { percent: Math.max(0, Math.round((100 - total) * 100) / 100), next: '' }])
        }
      >
        {t('common.add')}
      </Button>
    </Form.Item>
  );
}
