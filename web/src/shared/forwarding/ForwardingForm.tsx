import { Alert, Button, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Forwarding, ForwardTarget, ForwardWhy } from '@/shared/api/types';
import { chosenName, type Option } from '@/shared/catalogue/useOptions';
import { Kept, useKeptSave } from '@/shared/components/kept';
import './forwarding.css';

const whys: ForwardWhy[] = ['always', 'busy', 'no_answer'];

type Rule = { to: ForwardTarget | 'none'; target?: string };
type Values = Record<ForwardWhy, Rule> & { no_answer_seconds?: number };

interface Props {
  /** Where the rules are read and written. */
  path: string;
  agents: Option[];
  queues: Option[];
  /** Whether the reader may forward to outside numbers. */
  outside: boolean;
  close: () => void;
}

/** Where calls to an agent in person go instead: one line for each reason. */
export function ForwardingForm(props: Props) {
  const { t } = useTranslation();
  return (
    <div className="hj-stack" data-testid="forwarding">
      <p className="hj-quiet hj-forwarding-lead">{t('forwarding.lead')}</p>
      <Kept<Forwarding> path={props.path} rows={4}>
        {(rules) => <Rules rules={rules} {...props} />}
      </Kept>
    </div>
  );
}

function Rules({ rules, path, agents, queues, outside, close }: Props & { rules: Forwarding }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const { busy, problem, save } = useKeptSave(path, close, (field, text) => {
    const [first, last] = field.split('.');
    const why = whys.find((one) => one === first);
    if (!why || last !== 'target') return false;
    form.setFields([{ name: [why, 'target'], errors: [text] }]);
    return true;
  });
  const send = (values: Values) => {
    const sent = (rule: Rule) => (rule.to === 'none' ? null : { to: rule.to, target: rule.target });
    return save({
      ...Object.fromEntries(whys.map((why) => [why, sent(values[why])])),
      no_answer_seconds: values.no_answer_seconds ?? rules.no_answer_seconds,
    });
  };
  const line = (why: ForwardWhy) => {
    const rule = rules[why];
    return rule ? { to: rule.to, target: rule.target } : { to: 'none' as const };
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{
        always: line('always'),
        busy: line('busy'),
        no_answer: line('no_answer'),
        no_answer_seconds: rules.no_answer_seconds,
      }}
      onFinish={(values) => void send(values)}
    >
      <Form.Item noStyle shouldUpdate>
        {({ getFieldValue }) =>
          whys.map((why) => {
            const to = getFieldValue([why, 'to']) as Rule['to'];
            const rests = why !== 'always' && getFieldValue(['always', 'to']) !== 'none';
            return (
              <fieldset
                key={why}
                className="hj-forwarding-rule"
                data-rests={rests}
                data-testid={`rule-${why}`}
              >
                <legend>{t(`forwarding.title.${why}`)}</legend>
                <p className="hj-faint">{rests ? t('forwarding.rests') : t(`forwarding.hint.${why}`)}</p>
                <div className="hj-forwarding-line">
                  <Form.Item name={[why, 'to']} className="hj-forwarding-to">
                    <Select
                      aria-label={t(`forwarding.title.${why}`)}
                      onChange={() => form.setFieldValue([why, 'target'], undefined)}
                      options={(['none', 'agent', 'queue', 'number'] as const).map((value) => ({
                        value,
                        label: t(`forwarding.to.${value}`),
                        // What somebody else has set may stay.
                        disabled: value === 'number' && !outside && rules[why]?.to !== 'number',
                        title: value === 'number' && !outside ? t('forwarding.noRight') : undefined,
                      }))}
                      data-testid={`forward-${why}-to`}
                    />
                  </Form.Item>
                  {to === 'none' ? null : (
                    <Form.Item
                      name={[why, 'target']}
                      className="hj-forwarding-target"
                      rules={[{ required: true, whitespace: true, message: t('common.required') }]}
                    >
                      {to === 'number' ? (
                        <Input
                          maxLength={40}
                          inputMode="tel"
                          aria-label={t('forwarding.to.number')}
                          placeholder={t('forwarding.numberHint')}
                          data-testid={`forward-${why}-target`}
                        />
                      ) : (
                        <Select
                          showSearch={{ optionFilterProp: 'label' }}
                          options={named(
                            to === 'agent' ? agents : queues,
                            rules[why],
                            t('forwarding.unnamed'),
                          )}
                          labelRender={chosenName}
                          aria-label={t(`forwarding.to.${to}`)}
                          placeholder={t(`forwarding.to.${to}`)}
                          data-testid={`forward-${why}-target`}
                        />
                      )}
                    </Form.Item>
                  )}
                </div>
                {why === 'no_answer' && to !== 'none' ? (
                  <Form.Item
                    name="no_answer_seconds"
                    label={t('forwarding.seconds')}
                    layout="horizontal"
                    rules={[{ required: true, message: t('common.required') }]}
                  >
                    <InputNumber
                      min={5}
                      max={60}
                      precision={0}
                      suffix={t('common.seconds')}
                      data-testid="forward-seconds"
                    />
                  </Form.Item>
                ) : null}
              </fieldset>
            );
          })
        }
      </Form.Item>
      {problem ? <Alert type="error" showIcon title={problem} /> : null}
      <div className="hj-forwarding-end">
        <Button onClick={close}>{t('common.cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={busy} data-testid="save-forwarding">
          {t('common.save')}
        </Button>
      </div>
    </Form>
  );
}

/** The choices, with the one that holds now where it is not among them. */
function named(choices: Option[], rule: Forwarding['always'], unnamed: string): Option[] {
  if (!rule || rule.to === 'number' || choices.some((one) => one.value === rule.target)) return choices;
  return [...choices, { value: rule.target, label: rule.name || unnamed }];
}
