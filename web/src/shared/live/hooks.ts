import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import type { ChatFrame, ChatNews } from './news';
import type { LiveState, LiveStore } from './store';

export const LiveContext = createContext<LiveStore | null>(null);

export function useStore(): LiveStore {
  const store = useContext(LiveContext);
  if (!store) throw new Error('LiveContext is missing');
  return store;
}

/** A part of the live state; renders again only when that part changed. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const store = useStore();
  const last = useRef<{ state: LiveState; select: (state: LiveState) => T; value: T } | null>(null);
  return useSyncExternalStore(store.subscribe, () => {
    const state = store.get();
    if (last.current?.state === state && last.current.select === select) return last.current.value;
    const value = select(state);
    last.current = { state, select, value };
    return value;
  });
}

export function useLiveAgent(id: string | null | undefined): AgentLive | null {
  return useLive((state) => (id ? (state.view.agents.get(id) ?? null) : null));
}

export function useLiveInteraction(id: string | null | undefined): InteractionLive | null {
  return useLive((state) => (id ? (state.view.interactions.get(id) ?? null) : null));
}

/** Tells of what happens in chats. */
export function useChatFrames(listener: (interactionId: string, frame: ChatFrame) => void): void {
  const { onChat } = useStore();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => onChat((id, frame) => latest.current(id, frame)), [onChat]);
}

export function useChatNews(id: string): ChatNews | null {
  return useLive((state) => state.news.get(id) ?? null);
}

const typingMilliseconds = 6_000;

/** Whether the visitor is writing just now. */
export function useVisitorTypes(id: string): boolean {
  const typedAt = useChatNews(id)?.typedAt ?? 0;
  useNow();
  return Date.now() - typedAt < typingMilliseconds;
}

/** One tick a second for all timers on the screen, and none when there is no timer. */
const ticking = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | undefined;
let tick = serverNow();

function subscribeToTick(listener: () => void): () => void {
  ticking.add(listener);
  tick = serverNow();
  ticker ??= setInterval(() => {
    tick = serverNow();
    ticking.forEach((one) => one());
  }, 1000);
  return () => {
    ticking.delete(listener);
    if (ticking.size > 0) return;
    clearInterval(ticker);
    ticker = undefined;
  };
}

/** The server's time, ticking; used by everything that counts seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribeToTick, () => tick);
}
