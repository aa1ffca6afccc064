import { LaptopOutlined, PhoneOutlined } from '@ant-design/icons';
import { Table, type TableColumnsType } from 'antd';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { ConnectionMark } from '@/shared/components/ConnectionMark';
import { Elapsed } from '@/shared/components/Elapsed';
import { WorkMark } from '@/shared/components/WorkMark';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { useLiveInteraction } from '@/shared/live/hooks';
import { phoneKindText } from '@/shared/format/phoneKind';
import { ActivityMark } from './ActivityMark';
import { CallMarks } from './CallMarks';
import { useReasonNames } from './reasons';

export function StateTimer({ agent }: { agent: AgentLive }) {
  return (
    <Elapsed
      since={agent.activity_since}
      amberAfter={agent.amber_after ?? undefined}
      redAfter={agent.red_after ?? undefined}
      testId="state-timer"
    />
  );
}

interface Props {
  agents: AgentLive[];
  open: (id: string) => void;
}

export function NowServing({ agent, idle }: { agent: AgentLive; idle?: string }) {
  const interaction = useLiveInteraction(agent.interaction_id);
  if (agent.state === 'logged_out') return <>&nbsp;</>;
  if (interaction) return <Served agent={agent} interaction={interaction} />;
  return idle === undefined ? (
    <PhoneKind kind={agent.phone_kind} />
  ) : (
    <span className="hj-faint">{idle}</span>
  );
}

const PhoneKind = memo(function PhoneKind({ kind }: { kind: AgentLive['phone_kind'] }) {
  const { t } = useTranslation();
  return <span>{t(phoneKindText[kind])}</span>;
});

function Served({ agent, interaction }: { agent: AgentLive; interaction: InteractionLive }) {
  const { t } = useTranslation();
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
      width: 240,
      render: (_, agent) => (
        <span className="hj-call-marks">
          <ActivityMark activity={agent.activity} reason={reason(agent)} />
          <CallMarks agent={agent} />
        </span>
      ),
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
          <span title={agent.phone_number}>
            {kind === 'browser' ? <LaptopOutlined /> : <PhoneOutlined />} {t(phoneKindText[kind])}
          </span>
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
