import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  HolderOutlined,
  PlusOutlined,
} from '@ant-design/icons';
import { Button, Dropdown, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { criterion, moved, speaksForItself, type AgentKind, type Criterion, type ItemKind } from './criteria';
import { useStrategies } from './data';
import { Field } from './Fields';

interface Props<Kind extends string> {
  family: 'agentCriterion' | 'itemCriterion';
  kinds: readonly Kind[];
  value: Criterion<Kind>[];
  onChange: (value: Criterion<Kind>[]) => void;
  /** What holds while there is no order of its own, and who set that. */
  inherited: Criterion<Kind>[];
  inheritedName: string;
  ownName: string;
  /** What settles a tie at the end. */
  tie: string;
  disabled: boolean;
  errorAt: (at: number) => string | undefined;
  testId: string;
}

/** Criteria in the order in which they decide: the first one that differs. */
export function OrderList<Kind extends AgentKind | ItemKind>(props: Props<Kind>) {
  const { t } = useTranslation();
  const { family, value, onChange, disabled } = props;
  const [dragged, setDragged] = useState<number | null>(null);
  const own = value.length > 0;
  const shown = own ? value : props.inherited;
  const editable = own && !disabled;
  const say = (kind: Kind, part: 'name' | 'what' | 'example') =>
    t(`${family}.${kind}.${part}` as 'agentCriterion.proficiency.name');
  // Each is worth having once; expressions may differ.
  const strategies = useStrategies(family === 'agentCriterion' ? 'agent' : 'interaction');
  const left = props.kinds.filter((kind) =>
    kind === 'plugin'
      ? strategies.length > 0
      : speaksForItself(kind) || !value.some((one) => one.kind === kind),
  );
  const set = (at: number, part: Partial<Criterion<Kind>>) =>
    onChange(value.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <div data-testid={props.testId}>
      <Segmented
        aria-label={`${props.inheritedName} / ${props.ownName}`}
        disabled={disabled}
        value={own ? 'own' : 'inherited'}
        options={[
          { value: 'inherited', label: props.inheritedName },
          { value: 'own', label: props.ownName },
        ]}
        onChange={(wanted) => onChange(wanted === 'own' ? props.inherited : [])}
      />
      <ol className="hj-order" data-own={own}>
        {shown.map((one, at) => (
          <li
            key={`${one.kind}${speaksForItself(one.kind) ? at : ''}`}
            draggable={editable && !speaksForItself(one.kind)}
            data-dragged={dragged === at}
            data-testid="criterion"
            data-kind={one.kind}
            onDragStart={() => setDragged(at)}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => {
              if (dragged !== null) event.preventDefault();
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== null) onChange(moved(value, dragged, at));
              setDragged(null);
            }}
          >
            <span className="hj-order-number">{at + 1}</span>
            <div className="hj-order-text">
              <div className="hj-order-head">
                <strong>{say(one.kind, 'name')}</strong>
                {editable ? (
                  <span className="hj-order-acts">
                    <Button
                      size="small"
                      type="text"
                      icon={<ArrowUpOutlined />}
                      disabled={at === 0}
                      aria-label={t('routing.moveUp', { name: say(one.kind, 'name') })}
                      onClick={() => onChange(moved(value, at, at - 1))}
                    />
                    <Button
                      size="small"
                      type="text"
                      icon={<ArrowDownOutlined />}
                      disabled={at === value.length - 1}
                      aria-label={t('routing.moveDown', { name: say(one.kind, 'name') })}
                      onClick={() => onChange(moved(value, at, at + 1))}
                    />
                    <Button
                      size="small"
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={t('common.delete')}
                      onClick={() => onChange(value.filter((_, index) => index !== at))}
                    />
                    <HolderOutlined className="hj-order-handle hj-faint" />
                  </span>
                ) : null}
              </div>
              <div className="hj-quiet">{say(one.kind, 'what')}</div>
              <div className="hj-faint">{say(one.kind, 'example')}</div>
              {one.kind === 'expression' ? (
                <Field error={props.errorAt(at)}>
                  <Input.TextArea
                    className="hj-mono"
                    aria-label={say(one.kind, 'name')}
                    autoSize={{ minRows: 1, maxRows: 6 }}
                    maxLength={2000}
                    disabled={!editable}
                    value={one.expression}
                    onChange={(event) => set(at, { expression: event.target.value })}
                    data-testid="expression"
                  />
                </Field>
              ) : one.kind === 'plugin' ? (
                <Field error={props.errorAt(at)}>
                  <Select
                    aria-label={say(one.kind, 'name')}
                    disabled={!editable}
                    value={one.plugin || undefined}
                    placeholder={t('routing.chooseStrategy')}
                    options={strategies.map(({ name, description }) => ({
                      value: name,
                      label: description ? `${name} · ${description}` : name,
                    }))}
                    onChange={(plugin: string) => set(at, { plugin })}
                    data-testid="strategy"
                  />
                </Field>
              ) : props.errorAt(at) ? (
                <div className="hj-check-bad">{props.errorAt(at)}</div>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
      <div className="hj-order-foot">
        <span className="hj-faint">{props.tie}</span>
        {editable && value.length < 7 && left.length > 0 ? (
          <Dropdown
            trigger={['click']}
            menu={{
              items: left.map((kind) => ({ key: kind, label: say(kind, 'name') })),
              onClick: ({ key }) => onChange([...value, criterion(key as Kind)]),
            }}
          >
            <Button type="dashed" size="small" icon={<PlusOutlined />} data-testid="add-criterion">
              {t('routing.addCriterion')}
            </Button>
          </Dropdown>
        ) : null}
      </div>
    </div>
  );
}
