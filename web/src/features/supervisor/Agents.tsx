import { LaptopOutlined, PhoneOutlined } from '@ant-design/icons';
import { Table, type TableColumnsType } from 'antd';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive, AgentState } from '@/shared/api/types';
import { AgentStateMark, stateColours } from '@/shared/components/AgentStateMark';
import { ConnectionMark } from '@/shared/components/ConnectionMark';
import { Elapsed } from '@/shared/components/Elapsed';
import { WorkMark } from '@/shared/components/WorkMark';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { useLiveInteraction } from '@/shared/live/hooks';
import { useReasonNames } from './reasons';

/** When a state has lasted long enough to be looked at, and when too long; seconds. */
const limits: Record<AgentState, { amberAfter: number; redAfter: number }> = {
  logged_out: { amberAfter: Infinity, redAfter: Infinity },
  available: { amberAfter: Infinity, redAfter: Infinity },
  reserved: { amberAfter: 10, redAfter: 20 },
  engaged: { amberAfter: 300, redAfter: 600 },
  wrap_up: { amberAfter: 60, redAfter: 120 },
  not_ready: { amberAfter: 600, redAfter: 1200 },
};

export function StateTimer({ agent }: { agent: AgentLive }) {
  return <Elapsed since={agent.state === 'logged_out' ? null : agent.since} {...limits[agent.state]} />;
}

interface Props {
  agents: AgentLive[];
  open: (id: string) => void;
}

export function AgentCards({ agents, open }: Props) {
  const reason = useReasonNames();
  return (
    <ul className="hj-agent-cards">
      {agents.map((agent) => (
        <li key={agent.id}>
          <button
            type="button"
            className="hj-panel hj-agent-card"
            style={{ '--hj-state-colour': stateColours[agent.state] } as CSSProperties}
            data-testid="agent-row"
            data-id={agent.id}
            data-state={agent.state}
            onClick={() => open(agent.id)}
          >
            <span className="hj-agent-card-line">
              <strong>{agent.name}</strong>
              <span className="hj-faint hj-figures">{agent.number}</span>
            </span>
            <span className="hj-agent-card-line">
              <AgentStateMark state={agent.state} reason={reason(agent)} />
              <StateTimer agent={agent} />
            </span>
            <ConnectionMark agent={agent} />
            <span className="hj-agent-card-line hj-faint">
              <NowServing agent={agent} />
              <WorkMark agent={agent} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function NowServing({ agent, idle }: { agent: AgentLive; idle?: string }) {
  const { t } = useTranslation();
  const interaction = useLiveInteraction(agent.interaction_id);
  if (agent.state === 'logged_out') return <>&nbsp;</>;
  if (!interaction && idle !== undefined) return <span className="hj-faint">{idle}</span>;
  if (!interaction)
    return <span>{t(`phone.${agent.phone_kind === 'phone' ? 'kindPhone' : 'kindBrowser'}`)}</span>;
  const part = interaction.parties.find((one) => one.role === 'supervisor' && one.agent_id === agent.id);
  return (
    <>
      <CallerNumber value={interaction.caller} />
      <span className="hj-ellipsis">
        {[
          part ? t(`supervision.${part.mode ?? 'listen'}`) : '',
          interaction.state === 'held' ? t('interactionState.held') : '',
          interaction.queue_name,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </>
  );
}

export function AgentTable({ agents, open }: Props) {
  const { t } = useTranslation();
  const reason = useReasonNames();
  const columns: TableColumnsType<AgentLive> = [
    {
      title: t('live.number'),
      dataIndex: 'number',
      width: 130,
      sorter: (a, b) => a.number.localeCompare(b.number),
    },
    { title: t('person.name'), dataIndex: 'name', width: 160, ellipsis: true },
    {
      title: t('live.state'),
      key: 'state',
      width: 180,
      render: (_, agent) => <AgentStateMark state={agent.state} reason={reason(agent)} />,
    },
    { title: t('blending.work'), key: 'work', width: 110, render: (_, agent) => <WorkMark agent={agent} /> },
    {
      title: t('column.duration'),
      key: 'since',
      width: 120,
      align: 'right',
      sorter: (a, b) => (a.since ?? '').localeCompare(b.since ?? ''),
      render: (_, agent) => <StateTimer agent={agent} />,
    },
    {
      title: t('live.now'),
      key: 'now',
      render: (_, agent) => (
        <span className="hj-agent-now">
          <NowServing agent={agent} idle="–" />
        </span>
      ),
    },
    {
      title: t('live.phone'),
      dataIndex: 'phone_kind',
      width: 190,
      render: (kind: AgentLive['phone_kind'], agent) => (
        <span className="hj-agent-now">
          {kind === 'phone' ? (
            <span>
              <PhoneOutlined /> {t('phone.kindPhone')}
            </span>
          ) : (
            <span>
              <LaptopOutlined /> {t('phone.kindBrowser')}
            </span>
          )}
          <ConnectionMark agent={agent} />
        </span>
      ),
    },
  ];
  return (
    <div className="hj-panel">
      <Table<AgentLive>
        size="small"
        virtual={agents.length > 60}
        scroll={agents.length > 60 ? { y: 560, x: 800 } : undefined}
        rowKey="id"
        columns={columns}
        dataSource={agents}
        pagination={false}
        onRow={(agent) => ({
          className: 'hj-row-link',
          tabIndex: 0,
          onClick: () => open(agent.id),
          onKeyDown: (event) => {
            if (event.key === 'Enter') open(agent.id);
          },
          ...({ 'data-testid': 'agent-row', 'data-id': agent.id, 'data-state': agent.state } as object),
        })}
      />
    </div>
  );
}
