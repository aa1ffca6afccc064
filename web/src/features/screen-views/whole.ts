import { candidateOf, Candidates, type FromPage, type FromViewer } from './signals';

export type WholePhase = 'not_shared' | 'connecting' | 'live' | 'stopped' | 'failed';

export interface Whole {
  readonly phase: WholePhase;
  /** Why it could not connect: texts of `screenView.whole.why`. */
  readonly why: 'no_answer' | 'network' | 'busy' | 'away';
  readonly stream: MediaStream | null;
}

const answerMilliseconds = 15_000;
const reasons = { busy: 'busy', away: 'away' } as const;

/** All of an agent's screen, as long as it is looked at. */
export class WholeView {
  iceServers: RTCIceServer[] = [];
  private state: Whole = { phase: 'connecting', why: 'network', stream: null };
  /** The agent's page that has it. */
  private page: string | null | undefined; // not known yet
  private connection = '';
  private attempts = 0;
  private peer: RTCPeerConnection | null = null;
  private candidates: Candidates | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looking = false;

  constructor(
    private readonly say: (pageId: string, signal: FromViewer) => void,
    private readonly changed: (whole: Whole) => void,
    /** That this page does not answer: it may be lost, and another one have the screen. */
    private readonly silent: (pageId: string) => void,
  ) {}

  /** Look at it, if it is shared, or as soon as it is. */
  start(): void {
    this.looking = true;
    if (this.page) this.ask();
    else this.set({ phase: this.page === null ? 'not_shared' : 'connecting', stream: null });
  }

  stop(): void {
    this.looking = false;
    this.leave();
    this.set({ phase: 'connecting', stream: null });
  }

  /** The connection to the server is lost: the agent's page ends it as well. */
  lost(): void {
    this.close();
    this.page = undefined;
    this.set({ phase: 'connecting', stream: null });
  }

  /** Which page has it now, if one has. */
  follow(page: string | null): void {
    if (page === this.page) return;
    this.leave();
    this.page = page;
    if (!this.looking) return;
    const { phase, why } = this.state;
    const said = phase === 'stopped' || (phase === 'failed' && why === 'no_answer');
    if (page !== null) this.ask();
    else if (!said) this.set({ phase: 'not_shared', stream: null });
  }

  take(pageId: string, signal: FromPage): void {
    if (pageId !== this.page || signal.connection !== this.connection || !this.peer) return;
    if (signal.type === 'end') this.ended(signal.why);
    else this.go(this.peer, signal).catch(() => this.fail('network'));
  }

  private ask(): void {
    const { page } = this;
    if (!page) return;
    this.leave();
    const connection = `${Date.now()}-${(this.attempts += 1)}`;
    this.connection = connection;
    const peer = new RTCPeerConnection({ iceServers: this.iceServers });
    this.peer = peer;
    this.candidates = new Candidates(peer);
    peer.onicecandidate = ({ candidate }) => {
      if (this.peer === peer) this.say(page, candidateOf(connection, candidate));
    };
    peer.onconnectionstatechange = () => {
      if (this.peer === peer && peer.connectionState === 'failed') this.fail('network');
    };
    peer.ontrack = ({ track, streams }) => {
      if (this.peer === peer) this.set({ stream: streams[0] ?? new MediaStream([track]) });
    };
    this.timer = setTimeout(() => {
      const answered = peer.remoteDescription !== null;
      this.fail(answered ? 'network' : 'no_answer');
      if (!answered) this.silent(page);
    }, answerMilliseconds);
    this.set({ phase: 'connecting', why: 'network', stream: null });
    this.say(page, { type: 'ask', connection });
  }

  /** A picture has come. */
  seen(): void {
    if (this.state.phase !== 'connecting' || !this.state.stream) return;
    clearTimeout(this.timer);
    this.set({ phase: 'live' });
  }

  private async go(peer: RTCPeerConnection, signal: FromPage): Promise<void> {
    if (signal.type === 'candidate') await this.candidates?.take(signal);
    if (signal.type !== 'offer') return;
    await peer.setRemoteDescription({ type: 'offer', sdp: signal.sdp });
    await this.candidates?.described();
    await peer.setLocalDescription();
    if (this.peer !== peer || !this.page) return;
    const { connection } = signal;
    this.say(this.page, { type: 'answer', connection, sdp: peer.localDescription?.sdp ?? '' });
  }

  private ended(why: string): void {
    this.close();
    if (why === 'stopped' || why === 'not_shared') this.set({ phase: why, stream: null });
    else if (why === 'busy' || why === 'away') this.fail(reasons[why]);
    else this.fail('network');
  }

  private fail(why: Whole['why']): void {
    this.leave();
    this.set({ phase: 'failed', why, stream: null });
  }

  private leave(): void {
    if (this.peer && this.page)
      this.say(this.page, { type: 'end', why: 'left', connection: this.connection });
    this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.peer?.close();
    this.peer = null;
  }

  private set(change: Partial<Whole>): void {
    this.state = { ...this.state, ...change };
    this.changed(this.state);
  }
}
