import { Table, Tag, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { InteractionLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { EmptyView } from '@/shared/components/Views';
import { useChatNews, useLive } from '@/shared/live/hooks';

/** The chats that go on, oldest first. */
export function useChats(queueId: string, wanted: string): InteractionLive[] {
  const interactions = useLive((state) => state.view.interactions);
  const agents = useLive((state) => state.view.agents);
  return useMemo(() => {
    const agentOf = (one: InteractionLive) => agents.get(one.agent_id ?? '');
    return [...interactions.values()]
      .filter((one) => one.medium === 'chat' && (!queueId || one.queue_id === queueId))
      .filter(
        (one) =>
          !wanted ||
          one.caller_name.toLowerCase().includes(wanted) ||
          (agentOf(one)?.name.toLowerCase().includes(wanted) ?? false),
      )
      .sort((a, b) => a.started_at.localeCompare(b.started_at));
  }, [interactions, agents, queueId, wanted]);
}

interface Props {
  chats: InteractionLive[];
  chosen: string;
  open: (id: string) => void;
}

export function Chats({ chats, chosen, open }: Props) {
  const { t } = useTranslation();
  const agents = useLive((state) => state.view.agents);
  const columns: TableColumnsType<InteractionLive> = [
    {
      title: t('chat.visitor'),
      dataIndex: 'caller_name',
      ellipsis: true,
      render: (name: string) => name || t('chat.visitor'),
    },
    {
      title: t('live.state'),
      dataIndex: 'state',
      width: 130,
      render: (_, one) => <ChatState chat={one} />,
    },
    {
      title: t('chat.waits'),
      key: 'waits',
      width: 120,
      align: 'right',
      render: (_, one) => <Waits chat={one} />,
    },
    {
      title: t('column.duration'),
      dataIndex: 'started_at',
      width: 110,
      align: 'right',
      render: (since: string) => <Elapsed since={since} />,
    },
    {
      title: t('column.agent'),
      dataIndex: 'agent_id',
      ellipsis: true,
      render: (id: string | null) => agents.get(id ?? '')?.name ?? '–',
    },
    { title: t('column.queue'), dataIndex: 'queue_name', ellipsis: true },
  ];
  return (
    <div className="hj-panel">
      <Table<InteractionLive>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={chats}
        pagination={false}
        scroll={chats.length > 60 ? { y: 560 } : undefined}
        virtual={chats.length > 60}
        locale={{ emptyText: <EmptyView what={t('chat.nobody')} how={t('chat.nobodyHow')} /> }}
        rowClassName={(one) => (one.id === chosen ? 'hj-row-link hj-row-chosen' : 'hj-row-link')}
        onRow={(one) => ({
          tabIndex: 0,
          onClick: () => open(one.id),
          onKeyDown: (event) => {
            if (event.key === 'Enter') open(one.id);
          },
          ...({ 'data-testid': 'chat-row', 'data-id': one.id } as object),
        })}
      />
    </div>
  );
}

const states = ['flow', 'queued', 'offered', 'connected', 'wrap_up', 'ended'] as const;
const colors: Partial<Record<string, string>> = {
  queued: 'orange',
  offered: 'gold',
  connected: 'blue',
  wrap_up: 'purple',
};

export function ChatState({ chat }: { chat: InteractionLive }) {
  const { t } = useTranslation();
  const state = states.find((one) => one === chat.state) ?? 'flow';
  return <Tag color={colors[state]}>{t(`chat.state.${state}`)}</Tag>;
}

/** How long the visitor has no answer: in the queue, or from the agent. */
function Waits({ chat }: { chat: InteractionLive }) {
  const news = useChatNews(chat.id);
  const since =
    chat.state === 'queued' || chat.state === 'offered'
      ? chat.queued_at
      : chat.state === 'connected'
        ? (news?.waitsSince ?? null)
        : null;
  return <Elapsed since={since} amberAfter={30} redAfter={60} />;
}
