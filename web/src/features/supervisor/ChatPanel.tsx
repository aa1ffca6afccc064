import { Button, Drawer, Input, Space } from 'antd';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { TranscriptView } from '@/shared/chat/Transcript';
import { useTranscript } from '@/shared/chat/useTranscript';
import { Elapsed } from '@/shared/components/Elapsed';
import { useReportError } from '@/shared/components/errors';
import { Supervision } from '@/shared/components/Supervision';
import { useChatNews, useLiveAgent, useLiveInteraction } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';
import { ChatState } from './Chats';

const againMilliseconds = 3_000;

/** A chat that a supervisor reads along; what they whisper, the agent alone sees. */
export function ChatPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const chat = useLiveInteraction(id);
  return (
    <Drawer
      open={id !== ''}
      size={560}
      title={chat ? chat.caller_name || t('chat.visitor') : t('chat.readAlong')}
      onClose={onClose}
      destroyOnHidden
      mask={false}
      styles={{ body: { display: 'flex', flexDirection: 'column', padding: 0 } }}
    >
      {id ? <Along key={id} id={id} chat={chat} /> : null}
    </Drawer>
  );
}

function Along({ id, chat }: { id: string; chat: InteractionLive | null }) {
  const { t } = useTranslation();
  const { transcript } = useTranscript(id, chat ? againMilliseconds : 0);
  const agent = useLiveAgent(chat?.agent_id);
  const seen = useChatNews(id)?.seen;
  const mayWhisper = useRight('supervision.coach');
  return (
    <div className="hj-along" data-testid="chat-along" data-state={chat?.state ?? 'ended'}>
      <div className="hj-along-head">
        {chat ? (
          <div className="hj-agent-card-line">
            <span>
              <ChatState chat={chat} /> {agent ? `${agent.number} ${agent.name}` : (chat.queue_name ?? '')}
            </span>
            <Elapsed since={chat.started_at} />
          </div>
        ) : null}
        <Link to={`/interactions/${id}`}>{t('live.openInteraction')}</Link>
        {chat ? <Supervision interaction={chat} /> : null}
      </div>
      <TranscriptView interactionId={id} messages={transcript.messages} seen={seen} />
      {chat?.state === 'connected' && mayWhisper ? <Whisper id={id} /> : null}
    </div>
  );
}

function Whisper({ id }: { id: string }) {
  const { t } = useTranslation();
  const report = useReportError();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (!text.trim()) return;
    setBusy(true);
    try {
      await api.post(`/interactions/${id}/whisper`, { text: text.trim() });
      setText('');
    } catch (error) {
      report(error);
    } finally {
      setBusy(false);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <Space.Compact block className="hj-along-whisper">
      <Input.TextArea
        autoSize={{ minRows: 1, maxRows: 4 }}
        maxLength={4000}
        value={text}
        placeholder={t('chat.whisperHint')}
        aria-label={t('chat.whisper')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={keys}
        data-testid="whisper-text"
      />
      <Button
        type="primary"
        loading={busy}
        disabled={!text.trim()}
        onClick={() => void send()}
        data-testid="whisper-send"
      >
        {t('chat.whisperSend')}
      </Button>
    </Space.Compact>
  );
}
