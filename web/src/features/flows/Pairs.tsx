import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeField } from '@/shared/api/types';
import { NamesContext } from './names';

interface Props {
  keyType: NodeField['key_type'];
  value: Record<string, string>;
  change: (value: Record<string, string>) => void;
}

/** Expressions by name: of variables that are set, or levels of skills that are chosen. */
export function Pairs({ keyType, value, change }: Props) {
  const { t } = useTranslation();
  const { skills } = useContext(NamesContext);
  const rows = Object.entries(value);
  const put = (next: [string, string][]) => change(Object.fromEntries(next));
  const replace = (at: number, row: [string, string]) =>
    put(rows.map((one, index) => (index === at ? row : one)));
  const ofSkills = keyType === 'skill';
  const free = skills.filter((one) => !(one.value in value));
  return (
    <>
      {rows.map(([name, expression], at) => (
        <div key={at} className="hj-form-list-row">
          {ofSkills ? (
            <Select
              value={name}
              aria-label={t('page.skills')}
              options={skills.filter((one) => one.value === name || free.includes(one))}
              onChange={(skill: string) => replace(at, [skill, expression])}
            />
          ) : (
            <Input
              value={name}
              aria-label={t('flow.variable')}
              onChange={(event) => replace(at, [event.target.value, expression])}
            />
          )}
          <Input
            className="hj-mono"
            value={expression}
            aria-label={t('flow.expression')}
            onChange={(event) => replace(at, [name, event.target.value])}
          />
          <Button
            type="text"
            icon={<MinusCircleOutlined />}
            aria-label={t('common.delete')}
            onClick={() => put(rows.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Button
        type="dashed"
        block
        icon={<PlusOutlined />}
        disabled={ofSkills && free.length === 0}
        onClick={() =>
          put([...rows, ofSkills ? [free[0]?.value ?? '', '1'] : [`name_${String(rows.length + 1)}`, '""']])
        }
      >
        {t('common.add')}
      </Button>
    </>
  );
}
