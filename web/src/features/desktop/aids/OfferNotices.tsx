import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { stageOf, useMyChats } from '../chats/items';
import { notify } from './notices';

interface Props {
  agent: AgentLive;
  interaction: InteractionLive | null;
}

/** Lets the system tell of each offer once, if it comes while another window is in front; takes it back when it is over. */
export default function OfferNotices({ agent, interaction }: Props) {
  const { t } = useTranslation();
  const chats = useMyChats(agent);
  const call = interaction?.state === 'offered' && interaction.agent_id === agent.id ? interaction : null;
  const offers = useMemo(() => {
    const offered = chats.filter((one) => stageOf(one, agent.id) === 'offered');
    return new Map([
      ...(call ? [[call.id, { title: t('aids.callFrom', { caller: call.caller }), of: call }] as const] : []),
      ...offered.map(
        (one) => [one.id, { title: t('aids.chatFrom', { name: one.caller_name }), of: one }] as const,
      ),
    ]);
  }, [agent.id, call, chats, t]);
  const shown = useRef(new Map<string, Notification | null>());
  useEffect(() => {
    for (const [id, notice] of shown.current) {
      if (offers.has(id)) continue;
      notice?.close();
      shown.current.delete(id);
    }
    for (const [id, { title, of }] of offers) {
      if (shown.current.has(id)) continue;
      shown.current.set(id, notify(title, of.queue_name ?? '', id));
    }
  }, [offers]);
  useEffect(() => {
    const all = shown.current;
    return () => all.forEach((notice) => notice?.close());
  }, []);
  return null;
}
