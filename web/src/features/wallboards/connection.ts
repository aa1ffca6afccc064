import type { Wallboard } from '@/shared/api/types';
import { observeServerDate } from '@/shared/format/clock';
import type { Values } from './values';

export type Board = Omit<Wallboard, 'project_ids'> & {
  time_zone: string;
  minutes: number;
  version: string;
};

export interface BoardState {
  readonly board: Board | null;
  readonly values: Values;
  /** `ended`: it may not be seen (any more); `old`: what is shown may be otherwise by now. */
  readonly status: 'connecting' | 'live' | 'old' | 'ended';
  /** When the values were last known to be right, in milliseconds; 0 while there are none. */
  readonly heardAt: number;
  readonly reason: string;
}

type Frame =
  | { type: 'board'; board: Board; now: string }
  | { type: 'values'; values: Values; now: string }
  | { type: 'stale'; now: string }
  | { type: 'ping'; now: string };

const refused: ReadonlySet<number> = new Set([4401, 4403]);
// The server says something at least every 5 seconds.
const silenceMilliseconds = 15_000;
const longestBackOffMilliseconds = 15_000;
const refusedAgainMilliseconds = 30_000;

/** One board's connection: it comes again by itself for ever, and keeps nothing but the newest values. */
export class BoardConnection {
  private state: BoardState = { board: null, values: {}, status: 'connecting', heardAt: 0, reason: '' };
  private readonly listeners = new Set<() => void>();
  private socket: WebSocket | null = null;
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: () => WebSocket,
    private readonly hello: { link?: string; board_id?: string },
  ) {}

  get = (): BoardState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    addEventListener('online', this.connectNow);
    addEventListener('offline', this.networkGone);
    this.connect();
  }

  stop(): void {
    removeEventListener('online', this.connectNow);
    removeEventListener('offline', this.networkGone);
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private connect(): void {
    const socket = this.open();
    this.socket = socket;
    this.listen(socket);
    socket.onopen = () => socket.send(JSON.stringify(this.hello));
    socket.onmessage = (event: MessageEvent<string>) => {
      if (this.socket !== socket) return;
      this.listen(socket);
      this.take(JSON.parse(event.data) as Frame);
    };
    socket.onclose = ({ code, reason }) => this.lost(socket, refused.has(code) ? reason : null);
  }

  /** A network that is gone closes no socket: who hears nothing for so long is not connected any more. */
  private listen(socket: WebSocket): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(socket, null), silenceMilliseconds);
  }

  private lost(socket: WebSocket, why: string | null): void {
    if (this.socket !== socket) return;
    this.socket = null;
    socket.close();
    clearTimeout(this.timer);
    if (why !== null) this.set({ board: null, values: {}, status: 'ended', reason: why });
    else if (this.state.status !== 'ended') this.set({ status: this.state.board ? 'old' : 'connecting' });
    const wait =
      why === null
        ? Math.min(longestBackOffMilliseconds, 500 * 2 ** this.attempts) * (0.7 + Math.random() * 0.6)
        : refusedAgainMilliseconds;
    this.attempts = Math.min(this.attempts + 1, 10);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  private readonly networkGone = (): void => {
    if (this.socket) this.lost(this.socket, null);
  };

  private readonly connectNow = (): void => {
    if (this.socket) return;
    clearTimeout(this.timer);
    this.attempts = 0;
    this.connect();
  };

  private take(frame: Frame): void {
    observeServerDate(frame.now);
    const heardAt = Date.parse(frame.now);
    switch (frame.type) {
      case 'board':
        this.attempts = 0;
        this.set({ board: frame.board, values: {}, status: 'connecting', heardAt: 0, reason: '' });
        return;
      case 'values':
        this.set({ values: { ...this.state.values, ...frame.values }, status: 'live', heardAt });
        return;
      case 'stale':
        this.set({ status: 'old' });
        return;
      case 'ping':
        if (this.state.status === 'live') this.set({ heardAt });
    }
  }

  private set(change: Partial<BoardState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

export function boardSocketAddress({ protocol, host }: Location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/public/board/socket`;
}
