import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from '../FieldForm';
import { useKindTexts } from '../kinds';

interface Case {
  when: string;
  next: string;
}

/** The conditions of a branch, in their order. */
export function Cases({ kind, field, node, change }: FieldProps) {
  const { t } = useTranslation();
  const texts = useKindTexts();
  const cases = (node.cases ?? []) as Case[];
  const put = (next: Case[]) => change({ ...node, cases: next });
  return (
    <Form.Item label={texts.field(kind.type, field.name)} extra={t('flow.expressionHint')}>
      {cases.map((one, index) => (
        <div key={index} className="hj-form-list-row">
          <Input
            className="hj-mono"
            value={one.when}
            aria-label={t('flow.expression')}
            onChange={(event) =>
              put(cases.map((each, at) => (at === index ? { ...each, when: event.target.value } : each)))
            }
          />
          <Button
            type="text"
            icon={<MinusCircleOutlined />}
            aria-label={t('common.delete')}
            disabled={cases.length === 1}
            onClick={() => put(cases.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        type="dashed"
        block
        icon={<PlusOutlined />}
        onClick={() => put([...cases, { when: 'true', next: '' }])}
      >
        {t('common.add')}
      </Button>
    </Form.Item>
  );
}
