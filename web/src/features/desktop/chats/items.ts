import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { all } from '@/shared/api/client';
import type { AgentLive, ChatPhrase, InteractionLive } from '@/shared/api/types';
import { useLive } from '@/shared/live/hooks';
import { useDesktop } from '../work';

export type ChatStage = 'offered' | 'connected' | 'wrap_up';

/** How far a chat is for this agent. */
export function stageOf(chat: InteractionLive, agentId: string): ChatStage {
  if (chat.wrapping_agent_ids.includes(agentId) || chat.state === 'wrap_up' || chat.state === 'ended')
    return 'wrap_up';
  if (chat.agent_id !== agentId) return 'wrap_up';
  return chat.state === 'offered' ? 'offered' : 'connected';
}

/** The agent's chats in the order in which they came; who has gone stays until the wrap-up is over. */
export function useMyChats(agent: AgentLive | null): InteractionLive[] {
  const live = useLive((state) => state.view.interactions);
  const { data } = useDesktop();
  const [remembered, setRemembered] = useState<ReadonlyMap<string, InteractionLive>>(new Map());
  const items = agent?.items;
  const found = useMemo(
    () =>
      (items ?? [])
        .filter((item) => item.medium === 'chat')
        .map(
          ({ interaction_id: id }) =>
            live.get(id) ?? remembered.get(id) ?? data?.items.find((one) => one.id === id),
        )
        .filter((one) => one !== undefined),
    [items, live, remembered, data],
  );
  if (found.some((one) => remembered.get(one.id) !== one))
    setRemembered(new Map(found.map((one) => [one.id, one])));
  return found;
}

/** The phrases that fit what was typed after the slash: those of the visitor's language and of the queue first. */
export function fitting(
  phrases: readonly ChatPhrase[],
  typed: string,
  language: string | null,
  queueId: string | null,
): ChatPhrase[] {
  const wanted = typed.toLowerCase();
  const rank = (one: ChatPhrase) =>
    (one.language === language ? 0 : 4) +
    (one.shortcut.toLowerCase().startsWith(wanted) ? 0 : 2) +
    (one.queue_id ? 0 : 1);
  return phrases
    .filter((one) => !one.queue_id || one.queue_id === queueId)
    .filter((one) => one.shortcut.toLowerCase().includes(wanted) || one.text.toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.shortcut.localeCompare(b.shortcut));
}

export function usePhrases(): ChatPhrase[] {
  const { data } = useQuery({
    queryKey: ['/chat-phrases', 'all'],
    queryFn: () => all<ChatPhrase>('/chat-phrases'),
    staleTime: 60_000,
  });
  return data ?? none;
}

const none: ChatPhrase[] = [];

/** Which item comes after another, round and round; null without any. */
export function nextItem(ids: readonly string[], current: string | null, step: 1 | -1): string | null {
  if (ids.length === 0) return null;
  const at = current === null ? -1 : ids.indexOf(current);
  if (at < 0) return (step === 1 ? ids[0] : ids.at(-1)) ?? null;
  return ids[(at + step + ids.length) % ids.length] ?? null;
}
