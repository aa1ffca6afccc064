import { type ChatFrame, type ChatNews, heard, recorded } from './news';
import { Pace } from './pace';
import {
  emptyView,
  fold,
  type LiveView,
  type ScreenViewTold,
  type ServerMessage,
  type SetAside,
} from './protocol';

export type LiveStatus = 'off' | 'connecting' | 'live' | 'reconnecting';

export interface LiveState {
  readonly status: LiveStatus;
  readonly view: LiveView;
  /** Why the server has no newer picture; null while it has one, or cannot be asked. */
  readonly notServed: 'away' | SetAside | null;
  /** Of the chats in view, by interaction. */
  readonly news: ReadonlyMap<string, ChatNews>;
  /** Counts how often the bulletins to read may have changed: when told so, and after a time without connection. */
  readonly bulletins: number;
  /** The same of the alarms that the reader sees. */
  readonly alarms: number;
  /** The same of next calls: the reader's own, and those of agents whom the reader supervises. */
  readonly nextCalls: number;
  /** The same of the company's settings; only agents are told. */
  readonly settings: number;
  /** The same of who looks at agents' screens; only those are told who may. */
  readonly screenViews: number;
}

type ChatListener = (interactionId: string, frame: ChatFrame) => void;
type ScreenViewListener = (told: ScreenViewTold) => void;

const off: LiveState = {
  status: 'off',
  view: emptyView,
  notServed: null,
  news: new Map(),
  bulletins: 0,
  alarms: 0,
  nextCalls: 0,
  settings: 0,
  screenViews: 0,
};

interface Options {
  open: () => WebSocket;
  /** Called when a connection could not be opened: the session may have ended meanwhile. */
  onRefused?: () => void;
  onBye?: (reason: string) => void;
}

// The server opens a socket also for who is not signed in, and says so by the code with which it closes it.
const notSignedIn = 4401;
// A network that is gone closes no socket: who hears nothing for so long is not connected any more.
const pingEveryMilliseconds = 5_000;
const silenceMilliseconds = 12_000;
const longestBackOffMilliseconds = 15_000;

/**
 * The one picture of what happens now: a snapshot, then numbered deltas over one socket.
 * Every screen reads from here; none asks the server again.
 */
export class LiveStore {
  private state: LiveState = off;
  private readonly listeners = new Set<() => void>();
  private readonly chatListeners = new Set<ChatListener>();
  private readonly screenViewListeners = new Set<ScreenViewListener>();
  private socket: WebSocket | null = null;
  private attempts = 0;
  private opened = false;
  private awaitingSnapshot = false;
  private lastHeard = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private readonly pace = new Pace();
  private untold = false;

  constructor(private readonly options: Options) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get = (): LiveState => this.state;

  /** Each thing that happens in a chat, once; what was missed has to be read. */
  onChat = (listener: ChatListener): (() => void) => {
    this.chatListeners.add(listener);
    return () => this.chatListeners.delete(listener);
  };

  /** That somebody views this agent's screen. */
  onScreenView = (listener: ScreenViewListener): (() => void) => {
    this.screenViewListeners.add(listener);
    return () => this.screenViewListeners.delete(listener);
  };

  start(): void {
    if (this.state.status !== 'off') return;
    this.set({ ...off, status: 'connecting' });
    addEventListener('offline', this.networkGone);
    addEventListener('online', this.networkBack);
    this.connect();
  }

  stop(): void {
    removeEventListener('offline', this.networkGone);
    removeEventListener('online', this.networkBack);
    clearTimeout(this.retry);
    clearInterval(this.heartbeat);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    clearTimeout(this.rest);
    this.rest = undefined;
    this.state = off;
    this.listeners.forEach((listener) => listener());
  }

  private connect(): void {
    const socket = this.options.open();
    this.socket = socket;
    this.opened = false;
    this.awaitingSnapshot = true;
    socket.onopen = () => {
      this.opened = true;
      this.lastHeard = Date.now();
      clearInterval(this.heartbeat);
      this.heartbeat = setInterval(() => {
        if (Date.now() - this.lastHeard > silenceMilliseconds) this.lost(socket);
        else socket.send(JSON.stringify({ type: 'ping' }));
      }, pingEveryMilliseconds);
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      if (this.socket !== socket) return;
      this.lastHeard = Date.now();
      this.receive(socket, JSON.parse(event.data) as ServerMessage);
    };
    socket.onclose = ({ code }) => this.lost(socket, code === notSignedIn);
  }

  private lost(socket: WebSocket, refused = false): void {
    if (this.socket !== socket) return;
    clearInterval(this.heartbeat);
    this.socket = null;
    socket.close();
    if (refused || !this.opened) this.options.onRefused?.();
    this.set({
      ...this.state,
      status: this.state.view.seq < 0 ? 'connecting' : 'reconnecting',
      notServed: null,
    });
    const wait = Math.min(longestBackOffMilliseconds, 500 * 2 ** this.attempts) * (0.7 + Math.random() * 0.6);
    this.attempts += 1;
    this.retry = setTimeout(() => this.connect(), wait);
  }

  private readonly networkGone = (): void => {
    if (this.socket) this.lost(this.socket);
  };

  private readonly networkBack = (): void => {
    if (this.socket) return;
    clearTimeout(this.retry);
    this.attempts = 0;
    this.connect();
  };

  private receive(socket: WebSocket, message: ServerMessage): void {
    switch (message.type) {
      case 'ping':
        socket.send(JSON.stringify({ type: 'pong' }));
        return;
      case 'pong':
        return;
      case 'stale':
        // A snapshot follows when the call control answers again.
        this.awaitingSnapshot = true;
        this.set({ ...this.state, status: 'reconnecting', notServed: message.set_aside ?? 'away' });
        return;
      case 'bye':
        this.options.onBye?.(message.reason ?? '');
        return;
      case 'bulletins':
        this.set({ ...this.state, bulletins: this.state.bulletins + 1 });
        return;
      case 'alarms':
        this.set({ ...this.state, alarms: this.state.alarms + 1 });
        return;
      case 'next_calls':
        this.set({ ...this.state, nextCalls: this.state.nextCalls + 1 });
        return;
      case 'settings':
        this.set({ ...this.state, settings: this.state.settings + 1 });
        return;
      case 'screen_views':
        this.set({ ...this.state, screenViews: this.state.screenViews + 1 });
        return;
      case 'screen_view':
        this.screenViewListeners.forEach((listener) => listener(message));
        return;
      case 'chat': {
        const known = this.state.news.get(message.interaction_id);
        const news = known && heard(known, message.frame, Date.now());
        if (news && news !== known)
          this.set({ ...this.state, news: new Map(this.state.news).set(message.interaction_id, news) });
        this.chatListeners.forEach((listener) => listener(message.interaction_id, message.frame));
        return;
      }
      case 'snapshot':
      case 'delta': {
        // Until the snapshot comes, deltas say nothing that it will not.
        if (this.awaitingSnapshot && message.type === 'delta') return;
        const step = fold(this.state.view, message);
        if (step.outcome === 'gap') {
          this.awaitingSnapshot = true;
          socket.send(JSON.stringify({ type: 'snapshot' }));
        } else if (step.outcome === 'applied') {
          if (message.type === 'snapshot') {
            this.awaitingSnapshot = false;
            this.attempts = 0;
          }
          const news = this.newsOf(step.view, message.type === 'snapshot');
          const missed = this.state.status === 'live' ? 0 : 1;
          const bulletins = this.state.bulletins + missed;
          const alarms = this.state.alarms + missed;
          const nextCalls = this.state.nextCalls + missed;
          const settings = this.state.settings + missed;
          const screenViews = this.state.screenViews + missed;
          const { view } = step;
          this.set({
            status: 'live',
            view,
            notServed: null,
            news,
            bulletins,
            alarms,
            nextCalls,
            settings,
            screenViews,
          });
        }
      }
    }
  }

  /** A record that is new says how its chat stands; a snapshot says so of all. */
  private newsOf(view: LiveView, afresh: boolean): ReadonlyMap<string, ChatNews> {
    if (!afresh && view.interactions === this.state.view.interactions) return this.state.news;
    const next = new Map<string, ChatNews>();
    for (const [id, one] of view.interactions) {
      if (!one.chat) continue;
      const known = afresh ? undefined : this.state.news.get(id);
      const changed = one !== this.state.view.interactions.get(id);
      const news = known && !changed ? known : recorded(one, known);
      if (news) next.set(id, news);
    }
    return next;
  }

  private set(state: LiveState): void {
    this.state = state;
    if (this.rest) this.untold = true;
    else this.tell();
  }

  /** What comes while the screens are drawn, and a little longer, is told together. Nobody sees a hidden page, whose
   * timers are late. */
  private tell(): void {
    this.untold = false;
    const began = performance.now();
    this.listeners.forEach((listener) => listener());
    if (document.hidden) return;
    this.rest = setTimeout(() => {
      const wait = this.pace.drawn(began, performance.now());
      if (wait > 0) this.rest = setTimeout(this.rested, wait);
      else this.rested();
    });
  }

  private rested = (): void => {
    this.rest = undefined;
    if (this.untold) this.tell();
  };
}

export function liveSocketAddress(location: Location): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/socket`;
}
