import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber, Segmented, Select } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FlowNode } from './document';
import { NamesContext } from './names';

interface Props {
  node: FlowNode;
  change: (node: FlowNode) => void;
}

/** The shares of a split, and what they add up to. */
export function Shares({ node, change }: Props) {
  const { t } = useTranslation();
  const branches = node.branches ?? [];
  const total = Math.round(branches.reduce((sum, { percent }) => sum + percent * 100, 0)) / 100;
  const set = (at: number, part: Partial<(typeof branches)[number]>) =>
    change({ ...node, branches: branches.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  return (
    <>
      <Form.Item
        label={t('nodeField.shares')}
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
              aria-label={t('nodeField.percent')}
              onChange={(percent) => set(at, { percent: percent ?? 0 })}
            />
            <Input
              value={one.label ?? ''}
              placeholder={t('nodeField.label')}
              aria-label={t('nodeField.label')}
              onChange={(event) => set(at, { label: event.target.value })}
            />
            <Button
              type="text"
              icon={<MinusCircleOutlined />}
              aria-label={t('common.delete')}
              disabled={branches.length === 1}
              onClick={() => change({ ...node, branches: branches.filter((_, index) => index !== at) })}
            />
          </div>
        ))}
        <Button
          type="dashed"
          block
          icon={<PlusOutlined />}
          disabled={branches.length >= 20}
          onClick={() =>
            change({
              ...node,
              branches: [
                ...branches,
                { percent: Math.max(0, Math.round((100 - total) * 100) / 100), next: '' },
              ],
            })
          }
        >
          {t('common.add')}
        </Button>
      </Form.Item>
      <Form.Item label={t('nodeField.by')} extra={t('flow.byHint')}>
        <Segmented
          aria-label={t('nodeField.by')}
          block
          value={node.by ?? 'interaction'}
          options={(['interaction', 'caller'] as const).map((by) => ({
            value: by,
            label: t(`flow.by_${by}`),
          }))}
          onChange={(by) => change({ ...node, by })}
        />
      </Form.Item>
    </>
  );
}

/** Which source is asked, with what, and which variables come of it. */
export function LookUp({ node, change }: Props) {
  const { t } = useTranslation();
  const { sources } = useContext(NamesContext);
  const source = sources.find((one) => one.id === node.source);
  const parameters = node.parameters ?? {};
  // What the source no longer asks for is shown until it is taken out: the check names it.
  const names = [...new Set([...(source?.parameters ?? []), ...Object.keys(parameters)])];
  const choose = (id: string) => {
    const chosen = sources.find((one) => one.id === id);
    const asked = (chosen?.parameters ?? []).map((name) => [name, parameters[name] ?? 'caller']);
    change({ ...node, source: id, parameters: Object.fromEntries(asked) as Record<string, string> });
  };
  // What the source does not ask for goes when it is emptied.
  const set = (name: string, expression: string) => {
    const rows = Object.entries({ ...parameters, [name]: expression });
    const kept = rows.filter(([one, value]) => value !== '' || source?.parameters.includes(one));
    change({ ...node, parameters: Object.fromEntries(kept) });
  };
  return (
    <>
      <Form.Item
        label={t('nodeField.source')}
        extra={<Link to="/admin/data-sources">{t('flow.toSources')}</Link>}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          value={source ? node.source : undefined}
          placeholder={t('flow.chooseSource')}
          options={sources.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={choose}
          data-testid="field-source"
        />
      </Form.Item>
      {names.length > 0 ? (
        <Form.Item label={t('nodeField.parameters')} extra={t('flow.expressionHint')}>
          {names.map((name) => (
            <div key={name} className="hj-form-list-row">
              <span className="hj-mono" style={{ minWidth: 88 }}>
                {name}
              </span>
              <Input
                className="hj-mono"
                aria-label={name}
                value={parameters[name] ?? ''}
                onChange={(event) => set(name, event.target.value)}
              />
            </div>
          ))}
        </Form.Item>
      ) : null}
      <Form.Item label={t('nodeField.prefix')} extra={t('flow.prefixHint')}>
        <Input
          className="hj-mono"
          value={node.prefix ?? ''}
          onChange={(event) => change({ ...node, prefix: event.target.value })}
        />
      </Form.Item>
      {source ? (
        <p className="hj-quiet">
          {t('flow.givesVariables')}{' '}
          <span className="hj-mono">
            {source.results.map(({ variable }) => `vars.${node.prefix ?? ''}${variable}`).join(', ')}
          </span>
        </p>
      ) : null}
    </>
  );
}

/** A queue, a priority and needed skills by expressions; empty, the plain fields hold. */
export function QueueByData({ node, change }: Props) {
  const { t } = useTranslation();
  const { skills } = useContext(NamesContext);
  const needs = Object.entries(node.needs ?? {});
  const put = (next: [string, string][]) => change({ ...node, needs: Object.fromEntries(next) });
  const free = skills.filter(({ value }) => !needs.some(([id]) => id === value));
  const expression = (name: 'queue_from' | 'priority_from') => (
    <Form.Item label={t(`nodeField.${name}`)} extra={t(`flow.${name}`)}>
      <Input
        className="hj-mono"
        value={(node[name] as string | undefined) ?? ''}
        onChange={(event) => change({ ...node, [name]: event.target.value })}
      />
    </Form.Item>
  );
  return (
    <>
      <h3 className="hj-form-section">{t('flow.byData')}</h3>
      {expression('queue_from')}
      {expression('priority_from')}
      <Form.Item label={t('nodeField.needs')} extra={t('flow.needsHint')}>
        {needs.map(([id, level]) => (
          <div key={id} className="hj-form-list-row">
            <Select
              value={id}
              aria-label={t('nodeField.needs')}
              options={skills.filter(({ value }) => value === id || free.some((one) => one.value === value))}
              onChange={(skill: string) => put(needs.map((one) => (one[0] === id ? [skill, one[1]] : one)))}
            />
            <Input
              className="hj-mono"
              value={level}
              aria-label={t('nodeField.expression')}
              onChange={(event) => put(needs.map((one) => (one[0] === id ? [id, event.target.value] : one)))}
            />
            <Button
              type="text"
              icon={<MinusCircleOutlined />}
              aria-label={t('common.delete')}
              onClick={() => put(needs.filter((one) => one[0] !== id))}
            />
          </div>
        ))}
        <Button
          type="dashed"
          block
          icon={<PlusOutlined />}
          disabled={free.length === 0}
          onClick={() => put([...needs, [free[0]?.value ?? '', '1']])}
        >
          {t('common.add')}
        </Button>
      </Form.Item>
    </>
  );
}
