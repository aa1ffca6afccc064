import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { api } from '@/shared/api/client';
import { useChatFrames, useLive } from '@/shared/live/hooks';
import { onceMore } from './once-more';
import { type ChatMessage, mostAtOnce, nothingSaid, pushed, read, type Transcript } from './transcript';

/** The chats that were read lately: switching between items shows at once what was read before. */
const lately = new Map<string, Transcript>();
const readers = new Map<string, () => Promise<Transcript>>();
const listeners = new Set<() => void>();
const mostKept = 40;

function keep(id: string, transcript: Transcript): Transcript {
  if (lately.get(id) === transcript) return transcript;
  lately.delete(id);
  lately.set(id, transcript);
  for (const oldest of lately.keys()) {
    if (lately.size <= mostKept) break;
    lately.delete(oldest);
  }
  listeners.forEach((listener) => listener());
  return transcript;
}

const known = (id: string): Transcript => lately.get(id) ?? nothingSaid;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Reads what was said since; one request at a time for each chat. */
export function catchUp(id: string): Promise<Transcript> {
  let reader = readers.get(id);
  if (!reader) {
    reader = onceMore(() => readAll(id));
    readers.set(id, reader);
  }
  return reader();
}

async function readAll(id: string): Promise<Transcript> {
  for (;;) {
    const after = known(id).known;
    const found = await api.get<ChatMessage[]>(`/interactions/${id}/messages`, { after });
    const transcript = keep(id, read(known(id), found));
    if (found.length < mostAtOnce) return transcript;
  }
}

interface Read {
  transcript: Transcript;
  /** False until it has been read the first time. */
  ready: boolean;
  failed: unknown;
  refresh: () => void;
}

/**
 * What is said in a chat: read once, then as it is told over the live socket, and read again where something is missing.
 * `everyMilliseconds`: for who has no part in it, and so is told nothing.
 */
export function useTranscript(id: string, everyMilliseconds = 0): Read {
  const transcript = useSyncExternalStore(subscribe, () => known(id));
  const [asked, setAsked] = useState<{ ready: boolean; failed: unknown }>({ ready: false, failed: null });
  const refresh = useCallback(() => {
    catchUp(id).then(
      () => setAsked({ ready: true, failed: null }),
      (error: unknown) => setAsked((now) => ({ ...now, failed: error })),
    );
  }, [id]);
  const status = useLive((live) => live.status);
  useEffect(() => {
    if (status === 'live' || status === 'off') refresh();
  }, [status, refresh]);
  useEffect(() => {
    if (!everyMilliseconds) return;
    const timer = setInterval(refresh, everyMilliseconds);
    return () => clearInterval(timer);
  }, [everyMilliseconds, refresh]);
  useChatFrames((of, frame) => {
    if (of !== id || frame.type !== 'message') return;
    const next = pushed(known(id), frame);
    if (next === 'gap') refresh();
    else keep(id, next);
  });
  return { transcript, ...asked, refresh };
}
