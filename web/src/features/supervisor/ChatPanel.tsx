import { Button, Drawer, Input, Space } from 'antd';
import { useState, type KeyboardEvent, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { useOwnMessages } from '@/shared/chat/own-messages';
import type { ChatMessage } from '@/shared/chat/transcript';
import { TranscriptView } from '@/shared/chat/Transcript';
import { useTranscript } from '@/shared/chat/useTranscript';
import { Elapsed } from '@/shared/components/Elapsed';
import { useAct } from '@/shared/components/errors';
import { Supervision } from '@/shared/components/Supervision';
import { useChatNews, useLiveAgent, useLiveInteraction } from '@/shared/live/hooks';
import { useRight, useSession } from '@/shared/session/session';
import { ChatState } from './Chats';

const againMilliseconds = 3_000;

/** A chat that a supervisor reads along; what they whisper, the agent alone sees. */
export const ChatPanel = memo(function ChatPanel({ id, onClose }: { id: string; onClose: () => void }) {
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
});

function Along({ id, chat }: { id: string; chat: InteractionLive | null }) {
  const { t } = useTranslation();
  const { transcript } = useTranscript(id, chat ? againMilliseconds : 0);
  const agent = useLiveAgent(chat?.agent_id);
  const seen = useChatNews(id)?.seen;
  const mayWhisper = useRight('supervision.coach');
  const { agent: self } = useSession();
  const joined = chat?.parties.some(
    (party) => party.agent_id === self?.id && party.mode === 'barge' && party.state === 'in',
  );
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
      {joined && self ? (
        <Joined id={id} agentId={self.id} messages={transcript.messages} seen={seen} />
      ) : (
        <>
          <TranscriptView interactionId={id} messages={transcript.messages} seen={seen} />
          {chat?.state === 'connected' && mayWhisper ? <Whisper id={id} /> : null}
        </>
      )}
    </div>
  );
}

interface JoinedProps {
  id: string;
  agentId: string;
  messages: readonly ChatMessage[];
  seen: number | undefined;
}

/** A supervisor who has joined in writes to the visitor. */
function Joined({ id, agentId, messages, seen }: JoinedProps) {
  const { t } = useTranslation();
  const own = useOwnMessages(id, agentId, messages, false);
  const say = (text: string) => {
    own.say(text);
    return Promise.resolve();
  };
  return (
    <>
      <TranscriptView
        interactionId={id}
        messages={messages}
        seen={seen}
        tail={own.tail}
        tailKey={own.waiting}
      />
      <Line
        name="join"
        label={t('chat.toVisitor')}
        hint={t('chat.toVisitorHint')}
        act={t('chat.send')}
        send={say}
      />
    </>
  );
}

function Whisper({ id }: { id: string }) {
  const { t } = useTranslation();
  const send = (text: string) => api.post(`/interactions/${id}/whisper`, { text });
  return (
    <Line
      name="whisper"
      label={t('chat.whisper')}
      hint={t('chat.whisperHint')}
      act={t('chat.whisperSend')}
      send={send}
    />
  );
}

interface LineProps {
  name: string;
  label: string;
  hint: string;
  act: string;
  send: (text: string) => Promise<unknown>;
}

/** A line of text and the button that sends it; what could not be sent stays in it. */
function Line({ name, label, hint, act, send: sent }: LineProps) {
  const [text, setText] = useState('');
  const { busy, run } = useAct();
  const send = async () => {
    if (!text.trim()) return;
    await run(async () => {
      await sent(text.trim());
      setText('');
    });
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
        placeholder={hint}
        aria-label={label}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={keys}
        data-testid={`${name}-text`}
      />
      <Button
        type="primary"
        loading={busy}
        disabled={!text.trim()}
        onClick={() => void send()}
        data-testid={`${name}-send`}
      >
        {act}
      </Button>
    </Space.Compact>
  );
}
