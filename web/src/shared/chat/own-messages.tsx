import { Button } from 'antd';
import { type ReactNode, useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import { useLive } from '@/shared/live/hooks';
import { type Held, Outbox, type Unsent, type Verdict } from './outbox';
import type { ChatMessage } from './transcript';
import { catchUp } from './useTranscript';

const place = (id: string) => `hujiao.chat-unsent.${id}`;

function held(id: string): Held | null {
  try {
    const text = sessionStorage.getItem(place(id));
    return text ? (JSON.parse(text) as Held) : null;
  } catch {
    return null;
  }
}

/** The last number that the agent gave to a message of their own. */
export function lastOwn(messages: readonly ChatMessage[], agentId: string): number {
  return Math.max(0, ...messages.map((one) => (one.agent_id === agentId ? (one.client_number ?? 0) : 0)));
}

function judge(error: unknown): Verdict {
  if (!(error instanceof ApiError)) return { refused: '' };
  const after = error.detail['retry_after_seconds'];
  if (error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500)
    return { again: typeof after === 'number' ? after : 0 };
  if (error.code === 'client_number_used' || error.code === 'client_number_gap') return { renumber: true };
  return { refused: error.message };
}

interface Box {
  outbox: Outbox;
  unsent: readonly Unsent[];
  listeners: Set<() => void>;
}

/** They outlive the screen of their chat: what was written is sent, whichever item is looked at. */
const boxes = new Map<string, Box>();

function boxOf(id: string, agentId: string): Box {
  const there = boxes.get(id);
  if (there) return there;
  const set = (now: Held) => sessionStorage.setItem(place(id), JSON.stringify(now));
  if (!held(id)) set({ unsent: [], next: 1 });
  let begun = false;
  const begin = async () => {
    while (!begun) {
      try {
        const next = (await lastOf(id, agentId)) + 1;
        const now = held(id);
        if (now && now.next < next) set({ ...now, next });
        begun = true;
      } catch (error) {
        if ('refused' in judge(error)) return; // what is sent is refused, too, and says why
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    }
  };
  const box: Box = {
    listeners: new Set(),
    unsent: [],
    outbox: new Outbox({
      name: id,
      get: () => held(id),
      set,
      begin,
      deliver: async (item, client_number, file) => {
        const at = `/me/interactions/${id}`;
        if (file) await api.post(`${at}/files`, file, { client_number, name: file.name });
        else await api.post(`${at}/messages`, { client_number, kind: 'text', text: item.text });
        await catchUp(id);
      },
      judge,
      last: () => lastOf(id, agentId),
      changed: (unsent) => {
        box.unsent = unsent;
        box.listeners.forEach((listener) => listener());
      },
    }),
  };
  boxes.set(id, box);
  box.unsent = box.outbox.list();
  return box;
}

const lastOf = async (id: string, agentId: string) => lastOwn((await catchUp(id)).messages, agentId);

interface Sending {
  unsent: readonly Unsent[];
  say: (text: string) => void;
  attach: (file: File) => void;
  discard: (id: string) => void;
  wake: () => void;
}

function useOutbox(id: string, agentId: string): Sending {
  const box = useMemo(() => boxOf(id, agentId), [id, agentId]);
  const { outbox } = box;
  useEffect(() => outbox.run(), [outbox]); // what was written before a reload
  const subscribe = useCallback(
    (listener: () => void) => {
      box.listeners.add(listener);
      return () => void box.listeners.delete(listener);
    },
    [box],
  );
  const unsent = useSyncExternalStore(subscribe, () => box.unsent);
  return {
    unsent,
    say: useCallback((text) => outbox.add({ kind: 'text', text }), [outbox]),
    attach: useCallback((file) => outbox.attach(file), [outbox]),
    discard: useCallback((item) => outbox.discard(item), [outbox]),
    wake: useCallback(() => outbox.wake(), [outbox]),
  };
}

interface Own {
  say: (text: string) => void;
  attach: (file: File) => void;
  /** How many are not sent yet. */
  waiting: number;
  /** They, to be shown after the last message. */
  tail: ReactNode;
}

/** What somebody writes to a visitor, and what of it is not sent yet. `over`: nothing more is taken. */
export function useOwnMessages(
  id: string,
  agentId: string,
  messages: readonly ChatMessage[],
  over: boolean,
): Own {
  const { unsent, say, attach, discard, wake } = useOutbox(id, agentId);
  const live = useLive((state) => state.status === 'live');
  useEffect(() => {
    if (live) wake();
  }, [live, wake]);
  const there = new Set(messages.map((one) => (one.agent_id === agentId ? one.client_number : null)));
  const waiting = unsent.filter((one) => !one.client_number || !there.has(one.client_number));
  const tail = waiting.map((one) => (
    <NotSent key={one.id} one={one} late={!live} over={over} discard={discard} />
  ));
  return { say, attach, waiting: waiting.length, tail };
}

function NotSent({
  one,
  late,
  over,
  discard,
}: {
  one: Unsent;
  late: boolean;
  over: boolean;
  discard: (id: string) => void;
}) {
  const { t } = useTranslation();
  const refused = one.refused !== undefined || over;
  return (
    <div
      className="hj-message"
      data-from="agent"
      data-state={refused ? 'refused' : late ? 'unsent' : 'sending'}
      data-testid="unsent"
    >
      <div className="hj-message-body">{one.text}</div>
      <span className="hj-message-time">
        {refused ? (
          <>
            {one.refused || t('chat.refused')}{' '}
            <Button size="small" type="link" onClick={() => discard(one.id)}>
              {t('chat.discard')}
            </Button>
          </>
        ) : (
          t(late ? 'chat.unsent' : 'chat.sending')
        )}
      </span>
    </div>
  );
}
