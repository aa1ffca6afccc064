import {
  ApartmentOutlined,
  AudioOutlined,
  BarChartOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  CustomerServiceOutlined,
  DatabaseOutlined,
  EnterOutlined,
  FieldNumberOutlined,
  FormOutlined,
  GlobalOutlined,
  MessageOutlined,
  PercentageOutlined,
  PhoneOutlined,
  PoweroffOutlined,
  RollbackOutlined,
  SoundOutlined,
  SwapOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { memo, useContext, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowProblem, NodeField, NodeKind } from '@/shared/api/types';
import { exitsOf, type FlowNode } from './document';
import type { Mark } from './difference';
import { KindsContext, useKindTexts } from './kinds';
import { NamesContext } from './names';

export const icons: Record<NodeKind['icon'], ReactNode> = {
  audio: <AudioOutlined />,
  branches: <BranchesOutlined />,
  chart: <BarChartOutlined />,
  clock: <ClockCircleOutlined />,
  database: <DatabaseOutlined />,
  digits: <FieldNumberOutlined />,
  form: <FormOutlined />,
  headset: <CustomerServiceOutlined />,
  list: <UnorderedListOutlined />,
  message: <MessageOutlined />,
  percent: <PercentageOutlined />,
  phone: <PhoneOutlined />,
  power: <PoweroffOutlined />,
  return: <EnterOutlined />,
  rollback: <RollbackOutlined />,
  flow: <ApartmentOutlined />,
  language: <GlobalOutlined />,
  sound: <SoundOutlined />,
  swap: <SwapOutlined />,
};

export type CardNode = Node<
  {
    node: FlowNode;
    isStart: boolean;
    problems: readonly FlowProblem[];
    mark?: Mark;
    lit?: 'at' | 'path' | 'failed';
  },
  'card'
>;

/** A sign beside the colour, for those who do not see it. */
export const signs: Record<Mark, string> = { added: '+', removed: '−', changed: '≠' };

/** Whether the problem is about this way out. */
export const isAbout = (problem: FlowProblem, handle: string) =>
  problem.field === handle || Boolean(problem.field?.startsWith(`${handle}.`));

function Card({ id, data, selected }: NodeProps<CardNode>) {
  const { t } = useTranslation();
  const { node, isStart, problems, mark, lit } = data;
  const texts = useKindTexts();
  const kinds = useContext(KindsContext);
  const kind = kinds.get(node.type);
  const summary = useSummary(node, kind);
  const worst = problems.some((one) => one.severity === 'error') ? 'error' : 'warning';
  return (
    <div
      className="hj-node"
      data-group={kind?.group}
      data-icon={kind?.icon}
      data-selected={selected}
      data-problem={problems.length > 0 ? worst : undefined}
      data-mark={mark}
      data-lit={lit}
      data-testid="flow-node"
      data-id={id}
      title={problems.map((one) => one.message).join('\n') || undefined}
    >
      <Handle type="target" position={Position.Left} className="hj-node-in" />
      <div className="hj-node-head">
        {kind ? icons[kind.icon] : null}
        <span>{texts.title(node.type)}</span>
        {isStart ? <span className="hj-node-start">{t('flow.start')}</span> : null}
        {mark ? (
          <span className="hj-node-mark" role="img" aria-label={t(`flow.mark.${mark}`)}>
            {signs[mark]}
          </span>
        ) : null}
        {problems.length > 0 ? (
          <span className="hj-node-alert" role="img" aria-label={t(`flow.severity.${worst}`)}>
            {worst === 'error' ? '✕' : '!'}
          </span>
        ) : null}
      </div>
      {node.label ? <div className="hj-node-label">{node.label}</div> : null}
      {summary ? <div className="hj-node-summary">{summary}</div> : null}
      <ul>
        {exitsOf(node, kinds).map((exit) => (
          <li
            key={exit.handle}
            data-open={exit.target === null}
            data-problem={problems.some((one) => isAbout(one, exit.handle))}
          >
            {texts.exit(node.type, exit)}
            <Handle type="source" id={exit.handle} position={Position.Right} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** One step of the flow on the canvas, with its ways out as handles. Hundreds are there: one is drawn when it changes. */
export const NodeCard = memo(
  Card,
  ({ data: was, selected: wasSelected }, { data: is, selected }) =>
    wasSelected === selected &&
    was.node === is.node &&
    was.isStart === is.isStart &&
    was.problems === is.problems &&
    was.mark === is.mark &&
    was.lit === is.lit,
);

/** What the card says of the node's settings. */
function useSummary(node: FlowNode, kind: NodeKind | undefined): string {
  const { t } = useTranslation();
  const { queueName, hoursName, sources, flows } = useContext(NamesContext);
  const texts = useKindTexts();
  const shown = ({ name, shape, type, unit }: NodeField) => {
    const value = node[name];
    if (shape === 'map') return Object.keys(value ?? {}).join(', ');
    if (Array.isArray(value)) return value.join(', ');
    if (typeof value === 'number') return [value, unit && t(`common.${unit}`)].filter(Boolean).join(' ');
    const text = typeof value === 'string' ? value : '';
    if (type === 'queue') return text && queueName(text);
    if (type === 'hours') return hoursName(text);
    if (type === 'choice') return text && texts.choice(node.type, name, text);
    if (type === 'flow') return flows.find((one) => one.value === text)?.label ?? '';
    if (type === 'source') return sources.find((one) => one.id === text)?.name ?? '';
    return text;
  };
  const fields = (kind?.summary ?? []).map((name) => kind?.fields.find((field) => field.name === name));
  return fields
    .map((field) => (field ? shown(field) : ''))
    .filter(Boolean)
    .join(' · ');
}
