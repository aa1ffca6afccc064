import { type Following, follow, type Frame, nobody, sharing } from './following';
import { unpack } from './packing';
import { type Whole, WholeView } from './whole';

export type Phase = 'connecting' | 'live' | 'ended';

export interface Watched {
  readonly phase: Phase;
  /** Whether something of the screen has been shown. */
  readonly seen: boolean;
  /** The agent's page is behind another window or tab. */
  readonly hidden: boolean;
  readonly tooBig: boolean;
  /** The agent has no page open. */
  readonly noPage: boolean;
  /** Until when it lasts unless it is asked on. */
  readonly until: string | null;
  readonly announced: boolean;
  /** The company has it that all of the screen is looked at, beyond this application. */
  readonly wholeAllowed: boolean;
  /** Why it is over, or was refused for now. */
  readonly why: string;
}

const begun: Watched = {
  phase: 'connecting',
  seen: false,
  hidden: false,
  tooBig: false,
  noPage: false,
  until: null,
  announced: false,
  wholeAllowed: false,
  why: '',
};

type Message =
  | Frame
  | { type: 'view'; until: string; announced: boolean; ice_servers: RTCIceServer[] }
  | { type: 'whole_screen'; allowed: boolean }
  | { type: 'until'; until: string }
  | { type: 'ended'; reason: string }
  | { type: 'ping' };

/** Where the events of the page that is shown go. */
interface Screen {
  /** Another page, or the same one anew: nothing of before counts. */
  clear: () => void;
  show: (events: unknown[]) => void;
}

const ends = new Set([4401, 4403, 4410]); // not signed in, not allowed, over
const againMilliseconds = 2_000;
const askMilliseconds = 2_000;
// What has been drawn of a page is let go with each whole picture.
const afreshMilliseconds = 3 * 60_000;
// The server says something every five seconds.
const silentMilliseconds = 17_000;
const noPageMilliseconds = 5_000;

/** One agent's screen, as long as it may be viewed; a lost connection is made anew. */
export class Watching {
  readonly whole: WholeView;
  private state = begun;
  private following: Following = nobody;
  private socket: WebSocket | null = null;
  private unpacking: Promise<void> = Promise.resolve();
  private waitsForPicture = true;
  private heardAt = 0;
  private askedAt = 0;
  private nobodySince = 0;
  private looking: ReturnType<typeof setInterval> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: () => WebSocket,
    private readonly screen: Screen,
    private readonly changed: (state: Watched) => void,
    wholeChanged: (whole: Whole) => void,
  ) {
    this.whole = new WholeView(
      (page_id, signal) => {
        if (this.socket?.readyState === WebSocket.OPEN)
          this.socket.send(JSON.stringify({ type: 'signal', page_id, signal }));
      },
      wholeChanged,
      (page_id) => {
        this.take({ type: 'frame', page_id }); // forgotten, unless it says again that it is there
        this.ask();
      },
    );
  }

  start(): void {
    const socket = this.open();
    this.socket = socket;
    this.following = nobody;
    this.waitsForPicture = true;
    this.heardAt = this.askedAt = this.nobodySince = Date.now();
    this.looking = setInterval(() => this.look(), 1_000);
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (this.socket !== socket) return;
      this.heardAt = Date.now();
      this.receive(JSON.parse(data) as Message);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.socket === socket) this.lost(code, reason);
    };
  }

  stop(): void {
    clearTimeout(this.retry);
    clearInterval(this.looking);
    this.whole.lost();
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private lost(code: number, reason: string): void {
    this.stop();
    if (ends.has(code)) this.set({ phase: 'ended', why: reason });
    if (this.state.phase === 'ended') return;
    this.set({ phase: 'connecting', noPage: false, why: reason });
    this.retry = setTimeout(() => this.start(), againMilliseconds);
  }

  /** What has been silent for long is lost, and what is missing is asked for. */
  private look(): void {
    const now = Date.now();
    if (now - this.heardAt > silentMilliseconds) {
      this.lost(0, '');
      return;
    }
    if (this.following.shown === null) {
      if (this.state.until !== null && now - this.nobodySince > noPageMilliseconds)
        this.set({ noPage: true });
      return;
    }
    const after = this.waitsForPicture ? askMilliseconds : afreshMilliseconds;
    if (now - this.askedAt >= after && !this.state.tooBig) this.ask();
  }

  private ask(): void {
    this.askedAt = Date.now();
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: 'picture' }));
  }

  goOn(): void {
    this.socket?.send(JSON.stringify({ type: 'on' }));
  }

  private receive(message: Message): void {
    switch (message.type) {
      case 'ping':
        return;
      case 'view':
        this.nobodySince = Date.now();
        this.whole.iceServers = message.ice_servers;
        this.set({ until: message.until, announced: message.announced, why: '' });
        return;
      case 'whole_screen':
        this.set({ wholeAllowed: message.allowed });
        return;
      case 'until':
        this.set({ until: message.until });
        return;
      case 'ended':
        if (message.reason === 'rule_changed') {
          this.lost(0, '');
          return;
        }
        this.whole.lost();
        this.set({ phase: 'ended', why: message.reason });
        return;
      case 'frame':
        if (message.signal) this.whole.take(message.page_id, message.signal);
        else this.take(message);
    }
  }

  private take(frame: Frame): void {
    const before = this.following;
    this.following = follow(before, frame);
    if (!frame.piece) this.whole.follow(sharing(this.following));
    const { shown, pages } = this.following;
    if (shown !== before.shown) {
      this.waitsForPicture = true;
      if (before.shown !== null && shown !== null) this.ask();
    }
    if (shown === null) {
      if (before.shown !== null)
        this.set({ phase: 'connecting', noPage: true, hidden: false, tooBig: false });
      return;
    }
    const page = pages.get(shown);
    this.set({ noPage: false, hidden: page?.visible === false, tooBig: page?.tooBig ?? false });
    const { piece } = frame;
    if (!piece || frame.page_id !== shown || (this.waitsForPicture && !piece.whole)) return;
    this.waitsForPicture = false;
    const { socket } = this;
    this.unpacking = this.unpacking
      .then(async () => {
        const events = JSON.parse(await unpack(piece.data)) as unknown[];
        if (this.socket !== socket || this.following.shown !== frame.page_id) return;
        if (piece.whole) this.screen.clear();
        this.screen.show(events);
        this.askedAt = piece.whole ? Date.now() : this.askedAt;
        this.set({ phase: 'live', seen: true });
      })
      .catch(() => {
        this.waitsForPicture = true; // what cannot be read is not shown; the next picture, asked for soon, may be
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
