import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import type { InteractionLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { keyName } from '@/shared/keys/keys';
import { useKeyedActs, useKeys } from '@/shared/keys/useKeys';
import { useChatFrames } from '@/shared/live/hooks';
import { phone } from '@/shared/phone/hooks';
import { useMyAgent, useMyInteraction } from '../work';
import { useAnswer } from './answering';
import { stageOf, useMyChats } from './items';

const againMilliseconds = 3_000;

/** What of chats must live on every screen: the sound, the key that accepts, and the bar of an offer. */
export function ChatHost() {
  const agent = useMyAgent();
  const call = useMyInteraction(agent);
  const chats = useMyChats(agent);
  const offered = agent ? chats.find((chat) => stageOf(chat, agent.id) === 'offered') : undefined;
  const talking = call !== null && call.state !== 'wrap_up';

  const offeredId = offered?.id;
  useEffect(() => {
    if (!offeredId) return;
    // In a call it is told once, softly.
    phone.chime(talking ? 'quiet' : 'offer');
    if (talking) return;
    const timer = setInterval(() => phone.chime('offer'), againMilliseconds);
    return () => clearInterval(timer);
  }, [offeredId, talking]);

  useChatFrames((id, frame) => {
    if (frame.type !== 'message' || frame.from !== 'visitor') return;
    if (!chats.some((chat) => chat.id === id)) return;
    const looks =
      document.hasFocus() && document.querySelector(`[data-testid="chat-pane"][data-interaction="${id}"]`);
    if (!looks) phone.chime('quiet');
  });

  return offered ? <OfferBar key={offered.id} chat={offered} callRings={call?.state === 'offered'} /> : null;
}

function OfferBar({ chat, callRings }: { chat: InteractionLive; callRings: boolean }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const { answer, busy } = useAnswer(chat.id);
  const keys = useKeys();
  const accept = () => {
    answer('accept');
    void navigate(`/desktop?item=${chat.id}`);
  };
  useKeyedActs(callRings || busy ? {} : { answer: accept });
  if (pathname === '/desktop') return null;
  return (
    <div className="hj-float hj-call-bar hj-chat-bar" data-state="offered" role="status">
      <span>{t('chat.newChat')}</span>
      <strong>{chat.caller_name || t('chat.visitor')}</strong>
      <Elapsed since={chat.offered_at} />
      <Button type="primary" loading={busy} onClick={accept} data-testid="chat-bar-accept">
        {t('chat.accept')} {callRings ? null : <span className="hj-keys">{keyName(keys.answer)}</span>}
      </Button>
      <Button onClick={() => void navigate(`/desktop?item=${chat.id}`)}>{t('chat.toChat')}</Button>
    </div>
  );
}
