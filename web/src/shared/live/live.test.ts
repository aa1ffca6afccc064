import { describe, expect, it, vi } from 'vitest';
import type { AgentLive, QueueLive } from '@/shared/api/types';
import { emptyView, fold } from './protocol';
import { LiveStore } from './store';

const agent = (id: string, state: AgentLive['state'] = 'available') => ({ id, state }) as AgentLive;
const queue = (id: string, waiting: number) => ({ id, waiting }) as QueueLive;
const snapshot = (seq: number) => ({
  type: 'snapshot' as const,
  seq,
  view: { agents: [agent('a')], queues: [queue('q', 0)], interactions: [] },
});

describe('fold', () => {
  it('takes deltas that follow, ignores old ones, and sees gaps', () => {
    const first = fold(emptyView, snapshot(5));
    if (first.outcome !== 'applied') throw new Error('snapshot refused');
    const next = fold(first.view, { type: 'delta', prev_seq: 5, seq: 7, queues: [queue('q', 3)] });
    if (next.outcome !== 'applied') throw new Error('delta refused');
    expect(next.view.queues.get('q')?.waiting).toBe(3);
    expect(next.view.agents).toBe(first.view.agents);
    expect(fold(next.view, { type: 'delta', prev_seq: 4, seq: 6 }).outcome).toBe('ignored');
    expect(fold(next.view, { type: 'delta', prev_seq: 8, seq: 9 }).outcome).toBe('gap');
    expect(fold(emptyView, { type: 'delta', prev_seq: 0, seq: 1 }).outcome).toBe('gap');
  });

  it('changes of a queue what is told, and keeps the rest', () => {
    const full = { id: 'q', waiting: 0, agents_available: 4, offered_today: 7 } as QueueLive;
    const view = { ...emptyView, seq: 1, queues: new Map([['q', full]]) };
    const step = fold(view, { type: 'delta', prev_seq: 1, seq: 2, queues: [{ id: 'q', waiting: 2 }] });
    expect(step.outcome === 'applied' && step.view.queues.get('q')).toEqual({ ...full, waiting: 2 });
    expect(full.waiting).toBe(0);
  });

  it('removes interactions that ended', () => {
    const view = { ...emptyView, seq: 1, interactions: new Map([['i', { id: 'i' } as never]]) };
    const step = fold(view, { type: 'delta', prev_seq: 1, seq: 2, ended: ['i'] });
    expect(step.outcome === 'applied' && step.view.interactions.size).toBe(0);
  });
});

class FakeSocket {
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send = (text: string) => void this.sent.push(text);
  close = () => this.onclose?.({ code: 1000 });
  receive = (message: unknown) => this.onmessage?.({ data: JSON.stringify(message) });
}

describe('LiveStore', () => {
  it('asks for a new snapshot after a gap and reconnects after a loss', () => {
    vi.useFakeTimers();
    const sockets: FakeSocket[] = [];
    const store = new LiveStore({
      open: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
    });
    store.start();
    const [first] = sockets;
    first!.onopen?.();
    first!.receive(snapshot(1));
    expect(store.get().status).toBe('live');
    const before = store.get().bulletins;
    first!.receive({ type: 'bulletins' });
    expect(store.get().bulletins).toBe(before + 1);
    first!.receive({ type: 'next_calls' });
    expect(store.get().nextCalls).toBe(2); // the first snapshot counts
    first!.receive({ type: 'settings' });
    expect(store.get().settings).toBe(2);
    first!.receive({ type: 'screen_views' });
    expect(store.get().screenViews).toBe(2);
    first!.receive({ type: 'delta', prev_seq: 3, seq: 4 });
    expect(first!.sent).toEqual([JSON.stringify({ type: 'snapshot' })]);
    first!.receive({ type: 'delta', prev_seq: 4, seq: 5 });
    expect(first!.sent).toHaveLength(1);
    first!.receive(snapshot(5));
    expect(store.get().view.seq).toBe(5);
    first!.onclose?.({ code: 1006 });
    expect(store.get().status).toBe('reconnecting');
    expect(store.get().view.agents.size).toBe(1);
    vi.advanceTimersByTime(20_000);
    expect(sockets).toHaveLength(2);
    sockets[1]!.onopen?.();
    sockets[1]!.receive(snapshot(9));
    expect(store.get().status).toBe('live');
    expect(store.get().bulletins).toBe(before + 2); // what was told meanwhile did not come
    store.stop();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(2);
    vi.useRealTimers();
  });

  it('keeps why there is no newer picture, until there is one', () => {
    const socket = new FakeSocket();
    const store = new LiveStore({ open: () => socket as unknown as WebSocket });
    store.start();
    socket.onopen?.();
    socket.receive({ type: 'stale', set_aside: null });
    expect(store.get().notServed).toBe('away');
    const aside = { work: 'events', since: '2026-11-29T08:00:00Z', next_try_at: null, about: 'flow F' };
    socket.receive({ type: 'stale', set_aside: aside });
    expect(store.get().notServed).toEqual(aside);
    socket.receive(snapshot(1));
    expect(store.get().notServed).toBeNull();
    socket.receive({ type: 'stale' });
    expect(store.get().notServed).toBe('away');
    store.stop();
    expect(store.get().notServed).toBeNull();
  });

  it('has the session asked for when it is told that nobody is signed in, and only then', () => {
    const socket = new FakeSocket();
    const onRefused = vi.fn();
    const store = new LiveStore({ open: () => socket as unknown as WebSocket, onRefused });
    store.start();
    socket.onopen?.();
    socket.onclose?.({ code: 1006 });
    expect(onRefused).not.toHaveBeenCalled();
    dispatchEvent(new Event('online'));
    socket.onopen?.();
    socket.onclose?.({ code: 4401 });
    expect(onRefused).toHaveBeenCalledOnce();
    store.stop();
  });

  it('sees that the network is gone, which closes no socket, and comes back with it', () => {
    vi.useFakeTimers();
    const sockets: FakeSocket[] = [];
    const store = new LiveStore({
      open: () => {
        const socket = new FakeSocket();
        socket.close = () => undefined;
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
    });
    const connected = () => {
      sockets.at(-1)!.onopen?.();
      sockets.at(-1)!.receive(snapshot(1));
    };
    store.start();
    connected();
    dispatchEvent(new Event('offline'));
    expect(store.get().status).toBe('reconnecting');
    dispatchEvent(new Event('online'));
    connected();
    expect(store.get().status).toBe('live');
    vi.advanceTimersByTime(14_000);
    expect(store.get().status).toBe('live');
    vi.advanceTimersByTime(1_000);
    expect(store.get().status).toBe('reconnecting');
    store.stop();
    vi.useRealTimers();
  });
});
