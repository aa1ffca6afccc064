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
import { exitsOf, type FlowNode, type NodeType } from './document';
import { NamesContext } from './names';

export const typeIcons: Record<NodeType, ReactNode> = {
  answer: <PhoneOutlined />,
  play: <SoundOutlined />,
  say: <MessageOutlined />,
  menu: <UnorderedListOutlined />,
  collect: <FieldNumberOutlined />,
  set: <FormOutlined />,
  branch: <BranchesOutlined />,
  hours: <ClockCircleOutlined />,
  split: <PercentageOutlined />,
  look_up: <DatabaseOutlined />,
  queue: <CustomerServiceOutlined />,
  call_back: <RollbackOutlined />,
  return: <EnterOutlined />,
  queue_figures: <BarChartOutlined />,
  transfer: <SwapOutlined />,
  record_message: <AudioOutlined />,
  hang_up: <PoweroffOutlined />,
};

export type CardNode = Node<{ node: FlowNode; isStart: boolean; problems: string[] }, 'card'>;

/** One step of the flow on the canvas, with its ways out as handles. */
export function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { t } = useTranslation();
  const { node, isStart, problems } = data;
  const exitName = useExitName();
  const summary = useSummary(node);
  return (
    <Tooltip title={problems.length > 0 ? problems.join('\n') : null} placement="top">
      <div
        className="hj-node"
        data-type={node.type}
        data-selected={selected}
        data-problem={problems.length > 0}
        data-testid="flow-node"
        data-id={id}
      >
        <Handle type="target" position={Position.Left} className="hj-node-in" />
        <div className="hj-node-head">
          {typeIcons[node.type]}
          <span>{t(`node.${node.type}`)}</span>
          {isStart ? <span className="hj-node-start">{t('flow.start')}</span> : null}
        </div>
        {node.label ? <div className="hj-node-label">{node.label}</div> : null}
        {summary ? <div className="hj-node-summary">{summary}</div> : null}
        <ul>
          {exitsOf(node).map((exit) => (
            <li key={exit.handle} data-open={exit.target === null}>
              {exitName(exit.handle, node)}
              <Handle type="source" id={exit.handle} position={Position.Right} />
            </li>
          ))}
        </ul>
      </div>
    </Tooltip>
  );
}

/** What a way out is called. */
export function useExitName(): (handle: string, node: FlowNode) => string {
  const { t } = useTranslation();
  return (handle, node) => {
    const [field = '', part = ''] = handle.split('.');
    if (field === 'keys') return t('exit.key', { key: part });
    if (field === 'cases') return node.cases?.[Number(part)]?.when ?? '';
    if (field === 'branches') {
      const share = node.branches?.[Number(part)];
      return [t('exit.percent', { percent: share?.percent ?? 0 }), share?.label].filter(Boolean).join(' ');
    }
    return t(`exit.${field as 'next'}`);
  };
}

function useSummary(node: FlowNode): string {
  const { queueName, hoursName, sources } = useContext(NamesContext);
  if (node.type === 'queue') return (node.queue_from as string | undefined) || queueName(node.queue);
  if (node.type === 'queue_figures') return queueName(node.queue);
  if (node.type === 'call_back')
    return [node.queue ? queueName(node.queue) : '', node.number ?? ''].filter(Boolean).join(' · ');
  if (node.type === 'look_up') return sources.find((one) => one.id === node.source)?.name ?? '';
  if (node.type === 'hours') return hoursName(node.hours);
  if (node.type === 'say') return node.text ?? '';
  if (node.type === 'transfer') return node.to ?? '';
  if (node.type === 'set') return Object.keys(node.values ?? {}).join(', ');
  if (node.type === 'collect') return [node.variable, ...(node.prompts ?? [])].join(' · ');
  return (node.prompts ?? []).join(', ');
}
