import type { InteractionLive } from '@/shared/api/types';
import type { ChatMessage } from '@/shared/chat/transcript';

/** Something of a chat, told as it happens. */
export type ChatFrame =
  | ({ type: 'message' } & ChatMessage)
  | { type: 'typing'; from: 'visitor' | 'agent'; agent_id?: string | null }
  | { type: 'read'; from: 'visitor' | 'agent'; number: number }
  | { type: 'state' };

/** What changes in a chat with each message, beside its record, which does not. */
export interface ChatNews {
  readonly last: number;
  /** The visitor's messages that the agent has not read. */
  readonly unread: number;
  /** Since when the visitor waits for an answer. */
  readonly waitsSince: string | null;
  /** Up to where the visitor has read. */
  readonly seen: number;
  /** When the visitor was last seen typing, in milliseconds here. */
  readonly typedAt: number;
}

/** As the record says it; what was heard since is newer. */
export function recorded(one: InteractionLive, known: ChatNews | undefined): ChatNews | undefined {
  if (!one.chat) return known;
  if (known && known.last > one.last) return known;
  return {
    last: one.last,
    unread: one.unread,
    waitsSince: one.chat.awaits === 'agent' ? (one.chat.awaits_since ?? null) : null,
    seen: Math.max(one.chat.read_by_visitor, known?.seen ?? 0),
    typedAt: known?.typedAt ?? 0,
  };
}

/** The news after a frame. */
export function heard(news: ChatNews, frame: ChatFrame, now: number): ChatNews {
  switch (frame.type) {
    case 'message': {
      if (frame.number <= news.last) return news;
      const last = frame.number;
      if (frame.from === 'visitor')
        return {
          ...news,
          last,
          unread: news.unread + 1,
          waitsSince: news.waitsSince ?? frame.at,
          typedAt: 0,
        };
      return { ...news, last, waitsSince: frame.from === 'agent' ? null : news.waitsSince };
    }
    case 'typing':
      return frame.from === 'visitor' ? { ...news, typedAt: now } : news;
    case 'read':
      if (frame.from === 'visitor') return { ...news, seen: Math.max(news.seen, frame.number) };
      return frame.number >= news.last ? { ...news, unread: 0 } : news;
    case 'state':
      return news;
  }
}
