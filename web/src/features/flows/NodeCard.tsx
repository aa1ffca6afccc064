import {
  AudioOutlined,
  BarChartOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  CustomerServiceOutlined,
  DatabaseOutlined,
  EnterOutlined,
  FieldNumberOutlined,
  FormOutlined,
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
import { Tooltip } from 'antd';
import { useContext, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeField, NodeKind } from '@/shared/api/types';
import { exitsOf, type FlowNode } from './document';
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
  sound: <SoundOutlined />,
  swap: <SwapOutlined />,
};

export type CardNode = Node<
  { node: FlowNode; isStart: boolean; problems: string[]; lit?: 'at' | 'path' | 'failed' },
  'card'
>;

/** One step of the flow on the canvas, with its ways out as handles. */
export function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { t } = useTranslation();
  const { node, isStart, problems, lit } = data;
  const texts = useKindTexts();
  const kinds = useContext(KindsContext);
  const kind = kinds.get(node.type);
  const summary = useSummary(node, kind);
  return (
    <Tooltip title={problems.length > 0 ? problems.join('\n') : null} placement="top">
      <div
        className="hj-node"
        data-group={kind?.group}
        data-icon={kind?.icon}
        data-selected={selected}
        data-lit={lit}
        data-problem={problems.length > 0}
        data-testid="flow-node"
        data-id={id}
      >
        <Handle type="target" position={Position.Left} className="hj-node-in" />
        <div className="hj-node-head">
          {kind ? icons[kind.icon] : null}
          <span>{texts.title(node.type)}</span>
          {isStart ? <span className="hj-node-start">{t('flow.start')}</span> : null}
        </div>
        {node.label ? <div className="hj-node-label">{node.label}</div> : null}
        {summary ? <div className="hj-node-summary">{summary}</div> : null}
        <ul>
          {exitsOf(node, kinds).map((exit) => (
            <li key={exit.handle} data-open={exit.target === null}>
              {texts.exit(node.type, exit)}
              <Handle type="source" id={exit.handle} position={Position.Right} />
            </li>
          ))}
        </ul>
      </div>
    </Tooltip>
  );
}

/** What the card says of the node's settings. */
function useSummary(node: FlowNode, kind: NodeKind | undefined): string {
  const { t } = useTranslation();
  const { queueName, hoursName, sources } = useContext(NamesContext);
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
    if (type === 'source') return sources.find((one) => one.id === text)?.name ?? '';
    return text;
  };
  const fields = (kind?.summary ?? []).map((name) => kind?.fields.find((field) => field.name === name));
  return fields
    .map((field) => (field ? shown(field) : ''))
    .filter(Boolean)
    .join(' · ');
}
