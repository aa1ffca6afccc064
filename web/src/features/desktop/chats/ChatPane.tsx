import { Alert, Button, Popconfirm, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { useOwnMessages } from '@/shared/chat/own-messages';
import { TranscriptView } from '@/shared/chat/Transcript';
import { useTranscript } from '@/shared/chat/useTranscript';
import { Elapsed } from '@/shared/components/Elapsed';
import { useErrorText, useReportError } from '@/shared/components/errors';
import { duration, elapsedSeconds } from '@/shared/format/format';
import { keyName } from '@/shared/keys/keys';
import { useKeys } from '@/shared/keys/useKeys';
import { useChatNews, useNow, useVisitorTypes } from '@/shared/live/hooks';
import { HandedNote } from '../HandedNote';
import { TargetBox } from '../targets/TargetBox';
import { WrapUp } from '../WrapUp';
import './chats.css';
import { useAnswer } from './answering';
import { Composer } from './Composer';
import { stageOf } from './items';

interface Props {
  agent: AgentLive;
  chat: InteractionLive;
}

/** A chat in hand: offered, going on, or to be written up. */
export function ChatPane({ agent, chat }: Props) {
  const { t } = useTranslation();
  const stage = stageOf(chat, agent.id);
  const [noting, setNoting] = useState(false);
  const [transferring, setTransferring] = useState(false);
  const writesUp = stage === 'wrap_up';
  return (
    <section
      className="hj-panel hj-chat"
      data-testid="chat-pane"
      data-state={stage}
      data-interaction={chat.id}
    >
      <header className="hj-chat-head">
        <div className="hj-chat-who">
          <strong>{chat.caller_name || t('chat.visitor')}</strong>
          <Tag color={stage === 'offered' ? 'gold' : writesUp ? 'purple' : 'blue'}>
            {t(`chat.state.${stage}`)}
          </Tag>
          <span className="hj-quiet hj-ellipsis">{chat.queue_name ?? ''}</span>
        </div>
        {stage === 'connected' ? (
          <div className="hj-chat-acts">
            <Elapsed since={chat.connected_at} />
            <Button onClick={() => setNoting(!noting)} aria-expanded={noting} data-testid="chat-note">
              {t(noting ? 'chat.hideWrapUp' : 'chat.wrapUp')}
            </Button>
            <Button onClick={() => setTransferring(true)} data-testid="chat-transfer">
              {t('chat.transfer')}
            </Button>
            <EndChat chat={chat} />
            <TargetBox
              interaction={chat}
              opening={transferring ? { act: 'transfer' } : null}
              close={() => setTransferring(false)}
            />
          </div>
        ) : null}
      </header>
      <HandedNote interaction={chat} agentId={agent.id} />
      {stage === 'offered' ? (
        <Offer chat={chat} />
      ) : (
        <Conversation agent={agent} chat={chat} writes={stage === 'connected'} />
      )}
      {writesUp || (noting && stage === 'connected') ? (
        <div className="hj-chat-wrap-up">
          <WrapUp agent={agent} interaction={chat} item={writesUp ? 'open' : 'early'} />
        </div>
      ) : null}
    </section>
  );
}

function Conversation({ agent, chat, writes }: { agent: AgentLive; chat: InteractionLive; writes: boolean }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { transcript, ready, failed, refresh } = useTranscript(chat.id);
  const news = useChatNews(chat.id);
  const types = useVisitorTypes(chat.id);
  const own = useOwnMessages(chat.id, agent.id, transcript.messages, !writes);
  useRead(chat.id, transcript.known, writes && ready);
  return (
    <>
      {failed && !ready ? (
        <Alert
          banner
          type="warning"
          title={errorText(failed)}
          action={<Button onClick={refresh}>{t('common.retry')}</Button>}
        />
      ) : null}
      <TranscriptView
        interactionId={chat.id}
        messages={transcript.messages}
        seen={news?.seen}
        tailKey={`${own.waiting} ${types}`}
        tail={
          <>
            {own.tail}
            {types && writes ? <div className="hj-faint">{t('chat.typing')}</div> : null}
          </>
        }
      />
      {writes ? <Composer chat={chat} say={own.say} attach={own.attach} /> : null}
    </>
  );
}

/** Tells the visitor's side that it was read, while somebody looks. */
function useRead(id: string, number: number, reads: boolean): void {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  useEffect(() => {
    if (!reads || !visible || number === 0) return;
    api.post(`/me/interactions/${id}/read`, { number }).catch(() => undefined);
  }, [id, number, reads, visible]);
}

/** A chat that is offered: who it is, and how long there is to answer. */
function Offer({ chat }: { chat: InteractionLive }) {
  const { t } = useTranslation();
  const { answer, busy } = useAnswer(chat.id);
  const now = useNow();
  const keys = useKeys();
  const until = chat.chat?.answer_until;
  const left = until ? Math.max(0, (Date.parse(until) - now) / 1000) : null;
  const waited = chat.queued_at ? elapsedSeconds(chat.queued_at, now) : null;
  return (
    <div className="hj-chat-offer" data-testid="chat-offer" aria-live="polite">
      <p className="hj-quiet">
        {t('chat.offeredLead')}
        {waited === null ? null : ` · ${t('chat.waited')} ${duration(Math.floor(waited))}`}
      </p>
      <div className="hj-chat-offer-acts">
        <Button
          size="large"
          type="primary"
          loading={busy}
          onClick={() => answer('accept')}
          data-testid="chat-accept"
        >
          {t('chat.accept')} <span className="hj-keys">{keyName(keys.answer)}</span>
        </Button>
        <Button size="large" disabled={busy} onClick={() => answer('reject')} data-testid="chat-reject">
          {t('chat.reject')}
        </Button>
        {left === null ? null : (
          <span className="hj-countdown hj-figures" role="timer" data-testid="chat-offer-left">
            {t('chat.answerLeft', { time: duration(Math.ceil(left)) })}
          </span>
        )}
      </div>
    </div>
  );
}

function EndChat({ chat }: { chat: InteractionLive }) {
  const { t } = useTranslation();
  const report = useReportError();
  return (
    <Popconfirm
      title={t('chat.endSure')}
      okText={t('chat.end')}
      okButtonProps={{ danger: true }}
      placement="bottomRight"
      onConfirm={() => api.post(`/me/interactions/${chat.id}/end`).catch(report)}
    >
      <Button danger data-testid="chat-end">
        {t('chat.end')}
      </Button>
    </Popconfirm>
  );
}
