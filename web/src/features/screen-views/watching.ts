import { type Following, follow, type Frame, nobody } from './following';
import { unpack } from './packing';

export type Phase = 'connecting' | 'live' | 'ended';

export interface Watched {
  readonly phase: Phase;
  /** Whether something of the screen has been shown. */
  readonly seen: boolean;
  /** The agent's page is behind another window or tab. */
  readonly hidden: boolean;
  readonly tooBig: boolean;
  /** Until when it lasts unless it is asked on. */
  readonly until: string | null;
  readonly announced: boolean;
  /** Why it is over, or was refused. */
  readonly why: string;
}

const begun: Watched = {
  phase: 'connecting',
  seen: false,
  hidden: false,
  tooBig: false,
  until: null,
  announced: false,
  why: '',
};

type Message =
  | Frame
  | { type: 'view'; until: string; announced: boolean }
  | { type: 'until'; until: string }
  | { type: 'ended'; reason: string }
  | { type: 'ping' };

/** Where the events of the page that is shown go. */
interface Screen {
  /** Another page, or the same one anew: nothing of before counts. */
  clear: () => void;
  show: (events: unknown[]) => void;
}

const notAllowed = 4403;
const againMilliseconds = 2_000;

/** One agent's screen, as long as it may be viewed; a lost connection is made anew. */
export class Watching {
  private state = begun;
  private following: Following = nobody;
  private socket: WebSocket | null = null;
  private unpacking: Promise<void> = Promise.resolve();
  private waitsForPicture = true;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: () => WebSocket,
    private readonly screen: Screen,
    private readonly changed: (state: Watched) => void,
  ) {}

  start(): void {
    const socket = this.open();
    this.socket = socket;
    this.following = nobody;
    this.waitsForPicture = true;
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (this.socket === socket) this.receive(JSON.parse(data) as Message);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (this.state.phase === 'ended') return;
      if (code === notAllowed || code === 4401) this.set({ phase: 'ended', why: reason });
      else {
        this.set({ phase: 'connecting' });
        this.retry = setTimeout(() => this.start(), againMilliseconds);
      }
    };
  }

  stop(): void {
    clearTimeout(this.retry);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  goOn(): void {
    this.socket?.send(JSON.stringify({ type: 'on' }));
  }

  private receive(message: Message): void {
    switch (message.type) {
      case 'ping':
        return;
      case 'view':
        this.set({ until: message.until, announced: message.announced });
        return;
      case 'until':
        this.set({ until: message.until });
        return;
      case 'ended':
        this.set({ phase: 'ended', why: message.reason });
        return;
      case 'frame':
        this.take(message);
    }
  }

  private take(frame: Frame): void {
    const before = this.following;
    this.following = follow(before, frame);
    const { shown, pages } = this.following;
    if (shown !== before.shown) {
      this.waitsForPicture = true;
      if (before.shown !== null) this.socket?.send(JSON.stringify({ type: 'picture' }));
    }
    const page = shown === null ? undefined : pages.get(shown);
    this.set({ hidden: page ? !page.visible : this.state.hidden, tooBig: page?.tooBig ?? false });
    const { piece } = frame;
    if (!piece || frame.page_id !== shown || (this.waitsForPicture && !piece.whole)) return;
    const afresh = this.waitsForPicture;
    this.waitsForPicture = false;
    const { socket } = this;
    this.unpacking = this.unpacking
      .then(async () => {
        const events = JSON.parse(await unpack(piece.data)) as unknown[];
        if (this.socket !== socket) return;
        if (afresh) this.screen.clear();
        this.screen.show(events);
        this.set({ phase: 'live', seen: true });
      })
      .catch(() => {
        this.waitsForPicture = true; // what cannot be read is not shown; the next picture may be
      });
  }

  private set(change: Partial<Watched>): void {
    if (this.state.phase === 'ended') return;
    const next = { ...this.state, ...change };
    if (Object.entries(change).every(([name, value]) => this.state[name as keyof Watched] === value)) return;
    this.state = next;
    this.changed(next);
  }
}
