import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OverflowRule } from '@/shared/api/types';
import { chosenName, type Option } from '@/shared/catalogue/useOptions';
import { duration } from '@/shared/format/format';
import { ChoicesField, Field, FigureField } from './Fields';
import { targets, unitOf, usualCallBack, whens, withTo, withWhen } from './overflow';

interface Props {
  rule: OverflowRule;
  index: number;
  count: number;
  change: (rule: OverflowRule) => void;
  move: (to: number) => void;
  remove: () => void;
  errorAt: (field: string) => string | undefined;
  /** What the server says of the rule as a whole. */
  error: string | undefined;
  hasHours: boolean;
  queues: Option[];
  flows: Option[];
  prompts: Option[];
  mayEdit: boolean;
}

/** One overflow rule: its condition, and where the caller goes. */
export function OverflowEditor(props: Props) {
  const { t } = useTranslation();
  const { rule, index, change, errorAt } = props;
  const unit = unitOf[rule.when];
  const set = (part: Partial<OverflowRule>) => change({ ...rule, ...part });
  return (
    <>
      <div className="hj-ring-editor-head">
        <h3>{t('overflow.number', { number: index + 1 })}</h3>
        {props.error ? <span className="hj-check-bad">{props.error}</span> : null}
        {props.mayEdit ? (
          <span className="hj-panel-head-end">
            <Button
              size="small"
              icon={<ArrowUpOutlined />}
              disabled={index === 0}
              onClick={() => props.move(index - 1)}
              aria-label={t('overflow.up')}
              title={t('overflow.up')}
            />
            <Button
              size="small"
              icon={<ArrowDownOutlined />}
              disabled={index === props.count - 1}
              onClick={() => props.move(index + 1)}
              aria-label={t('overflow.down')}
              title={t('overflow.down')}
            />
            <Button
              size="small"
              danger
              icon={<DeleteOutlined />}
              onClick={props.remove}
              data-testid="remove-rule"
            >
              {t('overflow.remove')}
            </Button>
          </span>
        ) : null}
      </div>
      <div className="hj-ring-fields">
        <Field
          label={t('overflow.condition')}
          error={
            errorAt('when') ??
            (rule.when === 'outside_hours' && !props.hasHours ? t('overflow.needsHours') : undefined)
          }
        >
          <Select
            aria-label={t('overflow.condition')}
            value={rule.when}
            options={whens.map((value) => ({ value, label: t(`overflow.whenName.${value}`) }))}
            onChange={(when) => change(withWhen(rule, when))}
            data-testid="rule-when"
          />
        </Field>
        {unit ? (
          <FigureField
            label={t(`overflow.${unit}`)}
            error={errorAt('over')}
            value={rule.over}
            onChange={(over) => set({ over: over ?? 0 })}
            max={86_400}
            unit={unit === 'seconds' ? t('common.seconds') : undefined}
            testId="rule-over"
          />
        ) : rule.when === 'expression' ? (
          <div className="hj-overflow-expression">
            <Field
              label={t('overflow.expression')}
              extra={t('overflow.expressionHint')}
              error={errorAt('expression')}
            >
              <Input.TextArea
                className="hj-mono"
                aria-label={t('overflow.expression')}
                autoSize={{ minRows: 1, maxRows: 6 }}
                maxLength={2000}
                value={rule.expression}
                onChange={(event) => set({ expression: event.target.value })}
                data-testid="rule-expression"
              />
            </Field>
          </div>
        ) : null}
      </div>
      <div className="hj-ring-fields">
        <Field label={t('overflow.target')} error={errorAt('to')}>
          <Select
            aria-label={t('overflow.target')}
            value={rule.to}
            options={targets.map((value) => ({ value, label: t(`overflow.to.${value}`) }))}
            onChange={(to) => change(withTo(rule, to))}
            data-testid="rule-to"
          />
        </Field>
        {rule.to === 'queue' || rule.to === 'flow' ? (
          <Field label={t('overflow.where')} error={errorAt('target')}>
            <Select
              aria-label={t('overflow.where')}
              showSearch={{ optionFilterProp: 'label' }}
              value={rule.target || undefined}
              placeholder={t('overflow.choose')}
              options={rule.to === 'queue' ? props.queues : props.flows}
              labelRender={chosenName}
              onChange={(target: string) => set({ target })}
              data-testid="rule-target"
            />
          </Field>
        ) : rule.to === 'number' ? (
          <Field label={t('overflow.where')} extra={t('overflow.numberHint')} error={errorAt('target')}>
            <Input
              aria-label={t('overflow.where')}
              value={rule.target}
              maxLength={40}
              onChange={(event) => set({ target: event.target.value.replace(/\s/g, '') })}
              data-testid="rule-target"
            />
          </Field>
        ) : rule.to === 'callback' ? (
          <CallBackFields {...props} />
        ) : (
          <>
            <ChoicesField
              label={t('overflow.prompts')}
              extra={t('overflow.promptsHint')}
              error={errorAt('prompts')}
              value={rule.prompts}
              onChange={(prompts) => set({ prompts })}
              options={props.prompts}
              placeholder={t('common.none')}
              testId="rule-prompts"
            />
            <p className="hj-quiet hj-overflow-note">{t('overflow.voicemailNote')}</p>
          </>
        )}
      </div>
    </>
  );
}

/** What offers the call-back, and how it is made. */
function CallBackFields({ rule, change, errorAt, prompts }: Props) {
  const { t } = useTranslation();
  const terms = rule.callback ?? usualCallBack;
  const set = (part: Partial<typeof terms>) => change({ ...rule, callback: { ...terms, ...part } });
  const figure = (
    name: 'most_tries' | 'retry_seconds' | 'ring_seconds' | 'expires_seconds',
    label: string,
    [min, max]: [number, number],
  ) => (
    <FigureField
      label={label}
      error={errorAt(`callback.${name}`)}
      value={terms[name]}
      onChange={(value) => set({ [name]: value ?? usualCallBack[name] })}
      min={min}
      max={max}
      unit={name === 'most_tries' ? undefined : t('common.seconds')}
      extra={name === 'expires_seconds' ? duration(terms[name]) : undefined}
      testId={`rule-${name}`}
    />
  );
  return (
    <>
      <ChoicesField
        label={t('overflow.offerPrompts')}
        extra={t('overflow.offerHint')}
        error={errorAt('prompts')}
        value={rule.prompts}
        onChange={(chosen) => change({ ...rule, prompts: chosen })}
        options={prompts}
        placeholder={t('common.none')}
        testId="rule-prompts"
      />
      <Field label={t('callback.first')} error={errorAt('callback.first')}>
        <Select
          aria-label={t('callback.first')}
          value={terms.first}
          options={[
            { value: 'agent', label: t('callback.agentFirst') },
            { value: 'customer', label: t('callback.customerFirst') },
          ]}
          onChange={(first: 'agent' | 'customer') => set({ first })}
          data-testid="rule-first"
        />
      </Field>
      {figure('most_tries', t('callback.mostTries'), [1, 10])}
      {figure('retry_seconds', t('callback.retrySeconds'), [10, 86_400])}
      {figure('ring_seconds', t('overflow.rings'), [10, 120])}
      {figure('expires_seconds', t('overflow.expires'), [60, 604_800])}
      <p className="hj-quiet hj-overflow-note">{t('overflow.callbackNote')}</p>
    </>
  );
}
