import { MessageOutlined } from '@ant-design/icons';
import { Badge } from 'antd';
import { useTranslation } from 'react-i18next';
import type { InteractionLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { elapsedSeconds } from '@/shared/format/format';
import { useChatNews, useNow, useVisitorTypes } from '@/shared/live/hooks';
import { type ChatStage } from './items';

const amberSeconds = 30;
const redSeconds = 60;

interface Props {
  chat: InteractionLive;
  stage: ChatStage;
  chosen: boolean;
  choose: () => void;
}

/** A chat among the work items: how much is unread, and how long the visitor waits for an answer. */
export function ChatItem({ chat, stage, chosen, choose }: Props) {
  const { t } = useTranslation();
  const news = useChatNews(chat.id);
  const types = useVisitorTypes(chat.id);
  const now = useNow();
  const unread = stage === 'connected' ? (news?.unread ?? 0) : 0;
  const waits = stage === 'connected' ? (news?.waitsSince ?? null) : null;
  const late = waits !== null && elapsedSeconds(waits, now) >= redSeconds;
  const name = chat.caller_name || t('chat.visitor');
  const since = stage === 'offered' ? (chat.queued_at ?? chat.offered_at) : chat.connected_at;
  return (
    <button
      type="button"
      className="hj-work-item hj-work-choice"
      data-state={stage}
      data-late={late}
      aria-current={chosen}
      title={unread ? t('chat.unread', { count: unread }) : undefined}
      onClick={choose}
      data-testid="chat-item"
      data-interaction={chat.id}
    >
      <span className="hj-work-item-name">
        <strong className="hj-ellipsis">
          <MessageOutlined aria-hidden /> {name}
        </strong>
        <span className="hj-quiet hj-ellipsis">
          {types ? t('chat.typing') : waits ? t('chat.waits') : (chat.queue_name ?? '–')}
        </span>
      </span>
      <span className="hj-work-item-end">
        {waits ? (
          <Elapsed since={waits} amberAfter={amberSeconds} redAfter={redSeconds} testId="chat-waits" />
        ) : stage === 'wrap_up' ? null : (
          <Elapsed since={since} />
        )}
        {unread > 0 ? (
          <Badge count={unread} size="small" data-testid="chat-unread" />
        ) : (
          <span className="hj-faint">{t(`chat.state.${stage}`)}</span>
        )}
      </span>
    </button>
  );
}
