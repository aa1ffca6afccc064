import { DeleteOutlined, MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, InputNumber, Segmented, Select, Switch } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import '@/shared/catalogue/catalogue.css';
import { spokenLanguages } from '@/shared/i18n';
import { exitsOf, withExit, type FlowDocument, type FlowNode } from './document';
import { NamesContext } from './names';
import { LookUp, QueueByData, Shares } from './DataFields';
import { useExitName } from './NodeCard';

interface Props {
  document: FlowDocument;
  id: string;
  problems: string[];
  editable: boolean;
  change: (node: FlowNode) => void;
  makeStart: () => void;
  remove: () => void;
}

const keypad = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'];

/** The chosen step's settings. */
export function Inspector({ document, id, problems, editable, change, makeStart, remove }: Props) {
  const { t } = useTranslation();
  const names = useContext(NamesContext);
  const exitName = useExitName();
  const node = document.nodes[id];
  if (!node) return null;
  const set = (fields: Partial<FlowNode>) => change({ ...node, ...fields });
  const targets = Object.entries(document.nodes)
    .filter(([other]) => other !== id)
    .map(([other, one]) => ({
      value: other,
      label: t('flow.target', { label: one.label || other, type: t(`node.${one.type}`) }),
    }));

  const prompts = (name: string) => (
    <Form.Item label={t(`nodeField.${name as 'prompts'}`)} key={name}>
      <Select
        mode="tags"
        value={(node[name] as string[] | undefined) ?? []}
        options={names.prompts.map((prompt) => ({ value: prompt, label: prompt }))}
        onChange={(value: string[]) => set({ [name]: value })}
      />
    </Form.Item>
  );
  const number = (name: string, min: number, max: number, optional = false) => (
    <Form.Item label={t(`nodeField.${name as 'tries'}`)} key={name}>
      <InputNumber
        min={min}
        max={max}
        precision={0}
        style={{ width: '100%' }}
        value={node[name] as number | null | undefined}
        onChange={(value) => {
          if (value !== null || optional) set({ [name]: value });
        }}
      />
    </Form.Item>
  );
  const text = (name: string, area = false, none?: string) => (
    <Form.Item label={t(`nodeField.${name as 'text'}`)} key={name}>
      {area ? (
        <Input.TextArea
          autoSize={{ minRows: 3 }}
          value={(node[name] as string | null | undefined) ?? ''}
          onChange={(event) => set({ [name]: event.target.value })}
        />
      ) : (
        <Input
          placeholder={none}
          value={(node[name] as string | null | undefined) ?? ''}
          onChange={(event) => set({ [name]: event.target.value })}
        />
      )}
    </Form.Item>
  );
  const key = (name: string) => (
    <Form.Item label={t(`nodeField.${name as 'repeat_key'}`)} key={name}>
      <Select
        allowClear
        value={(node[name] as string | null | undefined) ?? undefined}
        options={keypad.map((one) => ({ value: one, label: one }))}
        onChange={(value: string | undefined) => set({ [name]: value ?? null })}
      />
    </Form.Item>
  );
  const queue = (none?: string) => (
    <Form.Item label={t('column.queue')} key="queue">
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        allowClear={none !== undefined}
        placeholder={none}
        value={
          (names.queues.find((one) => one.value === node.queue || one.label === node.queue)?.value ??
            node.queue) ||
          undefined
        }
        options={names.queues}
        onChange={(value: string | undefined) => set({ queue: value ?? '' })}
      />
    </Form.Item>
  );
  const toggle = (name: string) => (
    <Form.Item label={t(`nodeField.${name as 'secret'}`)} key={name}>
      <Switch checked={node[name] === true} onChange={(value) => set({ [name]: value })} />
    </Form.Item>
  );

  const fields = () => {
    switch (node.type) {
      case 'answer':
        return null;
      case 'play':
        return [prompts('prompts'), toggle('barge_in')];
      case 'say':
        return [
          text('text', true),
          <Form.Item label={t('shell.language')} key="language">
            <Select
              allowClear
              value={typeof node.language === 'string' ? node.language : undefined}
              placeholder={t('flow.callersLanguage')}
              options={Object.entries(spokenLanguages).map(([value, label]) => ({ value, label }))}
              onChange={(value: string | undefined) => set({ language: value ?? null })}
            />
          </Form.Item>,
        ];
      case 'menu':
        return [
          prompts('prompts'),
          <MenuKeys key="keys" node={node} change={change} />,
          key('repeat_key'),
          number('timeout_seconds', 1, 60),
          number('tries', 1, 10),
          prompts('timeout_prompts'),
          prompts('invalid_prompts'),
        ];
      case 'collect':
        return [
          prompts('prompts'),
          text('variable'),
          number('min_digits', 0, 64),
          number('max_digits', 1, 64),
          key('terminator'),
          key('restart_key'),
          number('timeout_seconds', 1, 60),
          number('tries', 1, 10),
          toggle('secret'),
        ];
      case 'set':
        return <Values node={node} change={change} />;
      case 'branch':
        return <Cases node={node} change={change} />;
      case 'hours':
        return (
          <Form.Item label={t('nodeField.hours')} extra={t('nodeField.hoursHint')}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              value={node.hours ? node.hours : undefined}
              options={names.hours}
              onChange={(value: string) => set({ hours: value })}
              data-testid="node-hours"
            />
          </Form.Item>
        );
      case 'split':
        return <Shares node={node} change={change} />;
      case 'look_up':
        return <LookUp node={node} change={change} />;
      case 'queue':
        return [
          queue(),
          number('priority', -100, 100),
          number('max_wait_seconds', 1, 86400, true),
          <LeavingKeys key="keys" node={node} change={change} />,
          <QueueByData key="data" node={node} change={change} />,
        ];
      case 'call_back':
        return [
          queue(t('flow.queueJustLeft')),
          text('number', false, t('flow.callersNumber')),
          <Form.Item label={t('nodeField.first')} key="first">
            <Segmented
              aria-label={t('nodeField.first')}
              value={node.first === 'customer' ? 'customer' : 'agent'}
              options={[
                { value: 'agent', label: t('callback.agentFirst') },
                { value: 'customer', label: t('callback.customerFirst') },
              ]}
              onChange={(value) => set({ first: value })}
            />
          </Form.Item>,
          number('ring_seconds', 10, 120),
          number('most_tries', 1, 10),
          number('retry_seconds', 10, 86400),
          number('expires_seconds', 60, 604800),
        ];
      case 'return':
        return <p className="hj-faint">{t('flow.returnHint')}</p>;
      case 'queue_figures':
        return [
          queue(),
          <p className="hj-faint" key="hint">
            {t('flow.figuresHint')}
          </p>,
        ];
      case 'transfer':
        return [text('to'), number('timeout_seconds', 5, 120)];
      case 'record_message':
        return [
          prompts('prompts'),
          number('max_seconds', 1, 600),
          number('silence_seconds', 0, 60),
          text('variable'),
        ];
      case 'hang_up':
        return number('cause', 1, 127);
    }
  };
  const exits = exitsOf(node);
  return (
    <Form
      layout="vertical"
      size="middle"
      disabled={!editable}
      className="hj-inspector"
      data-testid="inspector"
    >
      {problems.map((problem) => (
        <Alert key={problem} type="error" showIcon title={problem} />
      ))}
      <Form.Item label={t('nodeField.label')} extra={<span className="hj-mono hj-faint">{id}</span>}>
        <Input value={node.label ?? ''} onChange={(event) => set({ label: event.target.value })} />
      </Form.Item>
      {fields()}
      {exits.length > 0 ? <h3 className="hj-form-section">{t('flow.waysOut')}</h3> : null}
      {exits.map((exit) => (
        <Form.Item key={exit.handle} label={exitName(exit.handle, node)}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            value={exit.target ?? undefined}
            placeholder={t('flow.nowhere')}
            options={targets}
            onChange={(value: string | undefined) => change(withExit(node, exit.handle, value ?? null))}
          />
        </Form.Item>
      ))}
      {editable ? (
        <div className="hj-inspector-foot">
          <Button size="small" disabled={document.start === id} onClick={makeStart}>
            {t('flow.makeStart')}
          </Button>
          <Button
            size="small"
            danger
            icon={<DeleteOutlined />}
            disabled={document.start === id}
            onClick={remove}
          >
            {t('common.delete')}
          </Button>
        </div>
      ) : null}
    </Form>
  );
}

interface PartProps {
  node: FlowNode;
  change: (node: FlowNode) => void;
}

function MenuKeys(props: PartProps) {
  const { t } = useTranslation();
  return <Keys label={t('nodeField.keys')} {...props} />;
}

/** Keys by which a waiting caller leaves the queue. */
function LeavingKeys(props: PartProps) {
  const { t } = useTranslation();
  return <Keys label={t('nodeField.leavingKeys')} extra={t('nodeField.leavingKeysHint')} {...props} />;
}

function Keys({ label, extra, node, change }: PartProps & { label: string; extra?: string }) {
  const keys = node.keys ?? {};
  return (
    <Form.Item label={label} extra={extra}>
      <Select
        mode="multiple"
        value={Object.keys(keys)}
        options={keypad.map((key) => ({ value: key, label: key }))}
        onChange={(chosen: string[]) =>
          change({ ...node, keys: Object.fromEntries(chosen.map((key) => [key, keys[key] ?? ''])) })
        }
      />
    </Form.Item>
  );
}

function Values({ node, change }: PartProps) {
  const { t } = useTranslation();
  const rows = Object.entries(node.values ?? {});
  const put = (next: [string, string][]) => change({ ...node, values: Object.fromEntries(next) });
  return (
    <Form.Item label={t('nodeField.values')} extra={t('flow.expressionHint')}>
      {rows.map(([name, value], index) => (
        <div key={index} className="hj-form-list-row">
          <Input
            value={name}
            aria-label={t('nodeField.variable')}
            onChange={(event) =>
              put(rows.map((row, at) => (at === index ? [event.target.value, row[1]] : row)))
            }
          />
          <Input
            className="hj-mono"
            value={value}
            aria-label={t('nodeField.expression')}
            onChange={(event) =>
              put(rows.map((row, at) => (at === index ? [row[0], event.target.value] : row)))
            }
          />
          <Button
            type="text"
            icon={<MinusCircleOutlined />}
            aria-label={t('common.delete')}
            onClick={() => put(rows.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        type="dashed"
        block
        icon={<PlusOutlined />}
        onClick={() => put([...rows, [`name_${String(rows.length + 1)}`, '""']])}
      >
        {t('common.add')}
      </Button>
    </Form.Item>
  );
}

function Cases({ node, change }: PartProps) {
  const { t } = useTranslation();
  const cases = node.cases ?? [];
  return (
    <Form.Item label={t('nodeField.cases')} extra={t('flow.expressionHint')}>
      {cases.map((one, index) => (
        <div key={index} className="hj-form-list-row">
          <Input
            className="hj-mono"
            value={one.when}
            aria-label={t('nodeField.expression')}
            onChange={(event) =>
              change({
                ...node,
                cases: cases.map((each, at) => (at === index ? { ...each, when: event.target.value } : each)),
              })
            }
          />
          <Button
            type="text"
            icon={<MinusCircleOutlined />}
            aria-label={t('common.delete')}
            disabled={cases.length === 1}
            onClick={() => change({ ...node, cases: cases.filter((_, at) => at !== index) })}
          />
        </div>
      ))}
      <Button
        type="dashed"
        block
        icon={<PlusOutlined />}
        onClick={() => change({ ...node, cases: [...cases, { when: 'true', next: '' }] })}
      >
        {t('common.add')}
      </Button>
    </Form.Item>
  );
}
