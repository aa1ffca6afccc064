import {
  type ChatMessage,
  mostAtOnce,
  nothingSaid,
  pushed,
  read,
  type Transcript,
} from '@/shared/chat/transcript';
import { onceMore } from '@/shared/chat/once-more';
import { Outbox, type Unsent, type Verdict } from '@/shared/chat/outbox';
import type { Kept, Memory } from './memory';
import { type Conversation, type Entry, type Frame, Refused, type Server } from './server';
import { type Language, languageFor } from './texts';

/** `polling`: the server is reached, but without a socket, which some networks and policies of pages do not let through. */
export type Link = 'connecting' | 'live' | 'polling' | 'lost';

export interface State {
  readonly entry: Entry | null;
  readonly language: Language;
  readonly open: boolean;
  /** Null before there is a conversation: then the form shows. */
  readonly conversation: Conversation | null;
  readonly transcript: Transcript;
  readonly unsent: readonly Unsent[];
  readonly link: Link;
  readonly agentTyping: boolean;
  /** The other side has seen the messages up to this one. */
  readonly seen: number;
  readonly unread: number;
  readonly busy: boolean;
  readonly problem: Refused | null;
}

/** What the screen can do; the preview in the settings does none of it. */
export interface Acts {
  setOpen: (open: boolean) => void;
  setLanguage: (language: Language) => void;
  begin: (fields: Record<string, string>) => void;
  say: (text: string) => void;
  choose: (value: string, label: string) => void;
  attach: (file: File) => void;
  fetchFile: (id: string) => Promise<Blob>;
  typing: () => void;
  /** Leaves out a message that was refused. */
  discard: (id: string) => void;
  end: () => void;
  again: () => void;
}

const pollMilliseconds = 4_000;
const silenceMilliseconds = 50_000;
const longestPauseMilliseconds = 20_000;
const typingMilliseconds = 6_000;
const typingEveryMilliseconds = 3_000;

const gone = (error: unknown) => error instanceof Refused && [401, 410].includes(error.status);

/**
 * A visitor's conversation: what was said, what is still to be sent, and the connection. The visitor may reload the page,
 * lose the network, and have several tabs.
 */
export class Chat implements Acts {
  private state: State;
  private readonly listeners = new Set<() => void>();
  private socket: WebSocket | null = null;
  private heard = 0;
  private attempts = 0;
  private timers: ReturnType<typeof setTimeout>[] = [];
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private lastTyping = 0;
  private outbox: Outbox | null = null;
  private running: AbortController | null = null;

  constructor(
    private readonly server: Server,
    private readonly memory: Memory,
    private readonly tab: { get: () => boolean; set: (open: boolean) => void },
    private readonly wish: string | null = null,
  ) {
    this.state = {
      entry: null,
      language: languageFor(wish, ['zh-CN', 'zh-TW', 'en']),
      open: false,
      conversation: null,
      transcript: nothingSaid,
      unsent: [],
      link: 'connecting',
      agentTyping: false,
      seen: 0,
      unread: 0,
      busy: false,
      problem: null,
    };
  }

  get = (): State => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Reads the entry and goes on with the conversation that this visitor has. False when there is no such entry. */
  async load(): Promise<boolean> {
    let entry: Entry;
    try {
      entry = await this.server.entry();
    } catch {
      return false;
    }
    const kept = this.memory.get();
    const language =
      kept && entry.languages.includes(kept.language)
        ? kept.language
        : languageFor(this.wish, entry.languages);
    this.server.language = language;
    this.set({ entry, language, open: this.tab.get() });
    addEventListener('storage', (event) => this.memory.concerns(event) && this.otherTab());
    addEventListener('online', this.networkBack);
    addEventListener('offline', () => this.dropped());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.markRead();
    });
    if (kept) await this.resume(kept);
    return true;
  }

  // ── what the visitor does ────────────────────────────────────────────────────────────────────────────────────────

  setOpen = (open: boolean): void => {
    this.tab.set(open);
    this.set({ open });
    this.markRead();
  };

  setLanguage = (language: Language): void => {
    this.server.language = language;
    this.set({ language });
  };

  begin = (fields: Record<string, string>): void => {
    void this.work(async () => {
      const { language } = this.state;
      const body = {
        language,
        fields,
        page_url: location.href.slice(0, 2000),
        title: document.title.slice(0, 300),
      };
      const { id, token, state } = await this.server.begin(body);
      const kept: Kept = { id, token, language, next: 1, read: 0, unsent: [] };
      this.memory.set(kept);
      this.join(kept, { id, state, position: null, agent_name: null, last: 0 });
    });
  };

  say = (text: string): void => this.outbox?.add({ kind: 'text', text });

  choose = (value: string, label: string): void => this.outbox?.add({ kind: 'choice', text: label, value });

  attach = (file: File): void => this.outbox?.attach(file);

  fetchFile = (id: string): Promise<Blob> => this.server.file(id);

  typing = (): void => {
    if (Date.now() - this.lastTyping < typingEveryMilliseconds || this.state.link === 'lost') return;
    this.lastTyping = Date.now();
    this.server.typing().catch(() => undefined);
  };

  discard = (id: string): void => this.outbox?.discard(id);

  end = (): void => {
    void this.work(async () => {
      await this.server.end();
      await this.refresh();
    });
  };

  again = (): void => {
    this.leave();
    this.memory.set(null);
  };

  // ── the conversation ─────────────────────────────────────────────────────────────────────────────────────────────

  private async resume(kept: Kept): Promise<void> {
    this.server.token = kept.token;
    try {
      const conversation = await this.server.conversation();
      // What is over is shown only to who was reading it.
      if (conversation.state === 'ended' && !this.state.open) this.again();
      else this.join(kept, conversation);
    } catch (error) {
      if (gone(error)) this.again();
      else this.join(kept, { id: kept.id, state: 'flow', position: null, agent_name: null, last: 0 });
    }
  }

  private join(kept: Kept, conversation: Conversation): void {
    this.leave();
    this.running = new AbortController();
    this.server.token = kept.token;
    this.server.language = kept.language;
    this.set({ conversation, language: kept.language, link: 'connecting' });
    this.outbox = this.outboxOf(kept.token);
    this.set({ unsent: this.outbox.list() });
    const poll = () => {
      if (this.socket && Date.now() - this.heard > silenceMilliseconds) this.dropped();
      if (this.state.link !== 'live') void this.refresh();
    };
    const timer = setInterval(poll, pollMilliseconds);
    this.running.signal.addEventListener('abort', () => clearInterval(timer));
    void this.refresh();
    this.connect();
    if (!this.ended()) this.outbox.run();
  }

  private leave(): void {
    this.running?.abort();
    this.running = null;
    this.outbox?.stop();
    this.outbox = null;
    this.timers.forEach(clearTimeout);
    this.timers = [];
    this.attempts = 0;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.server.token = '';
    this.set({
      conversation: null,
      transcript: nothingSaid,
      unsent: [],
      agentTyping: false,
      seen: 0,
      unread: 0,
      problem: null,
    });
  }

  private otherTab(): void {
    const kept = this.memory.get();
    if (!kept) {
      if (this.running) this.leave();
    } else if (kept.token !== this.server.token) void this.resume(kept);
    else {
      this.outbox?.reread();
      this.countUnread();
    }
  }

  private ended(): boolean {
    return this.state.conversation?.state === 'ended';
  }

  // ── the connection ───────────────────────────────────────────────────────────────────────────────────────────────

  private connect(): void {
    if (!this.running || this.socket || this.ended()) return;
    let socket: WebSocket;
    try {
      socket = this.server.socket();
    } catch {
      return; // the page's policy allows none: it is asked again and again instead
    }
    this.socket = socket;
    this.heard = Date.now();
    socket.onopen = () => {
      const first = { token: this.server.token, after: this.state.transcript.known };
      socket.send(JSON.stringify(first));
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (this.socket !== socket) return;
      this.heard = Date.now();
      if (this.state.link !== 'live') {
        this.attempts = 0;
        this.set({ link: 'live' });
        // What came to an end of the network between what was read and now.
        void this.refresh();
        this.outbox?.wake();
      }
      this.take(JSON.parse(data) as Frame);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.dropped();
    };
  }

  private dropped(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    if (!this.running || this.ended()) return;
    this.set({ link: navigator.onLine ? 'connecting' : 'lost', agentTyping: false });
    void this.refresh();
    const pause = Math.min(longestPauseMilliseconds, 500 * 2 ** this.attempts) * (0.7 + Math.random() * 0.6);
    this.attempts += 1;
    this.later(pause, () => this.connect());
  }

  private readonly networkBack = (): void => {
    this.attempts = 0;
    this.connect();
    void this.refresh();
    this.outbox?.wake();
  };

  private take(frame: Frame): void {
    switch (frame.type) {
      case 'message':
        this.arrived(frame);
        return;
      case 'state':
        this.follow(frame);
        return;
      case 'typing':
        if (frame.from === 'visitor') return;
        this.set({ agentTyping: true });
        clearTimeout(this.typingTimer);
        this.typingTimer = setTimeout(() => this.set({ agentTyping: false }), typingMilliseconds);
        return;
      case 'read':
        this.set({ seen: Math.max(this.state.seen, frame.number) });
        return;
      case 'ping':
        return;
    }
  }

  private follow(conversation: Conversation): void {
    if (!this.running) return;
    this.set({ conversation, seen: Math.max(this.state.seen, conversation.read ?? 0) });
    if (conversation.state !== 'ended') return;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.outbox?.stop();
    this.set({ agentTyping: false });
  }

  private arrived(message: ChatMessage): void {
    const next = pushed(this.state.transcript, message);
    if (next === 'gap') {
      void this.refresh();
      return;
    }
    if (message.from === 'visitor') this.outbox?.isThere(message.client_number);
    this.show(next);
  }

  private show(transcript: Transcript): void {
    if (transcript === this.state.transcript) return;
    const agentTyping = this.state.agentTyping && transcript.messages.at(-1)?.from !== 'agent';
    this.set({ transcript, agentTyping });
    this.markRead();
  }

  /** Asks for the state and for what was said since; one at a time. */
  private refresh(): Promise<void> {
    return this.running ? this.readOnce() : Promise.resolve();
  }

  private readonly readOnce = onceMore(() => this.readAll());

  private async readAll(): Promise<void> {
    const { running } = this;
    try {
      const conversation = await this.server.conversation();
      for (;;) {
        const found = await this.server.messages(this.state.transcript.known);
        if (running !== this.running || !running) return;
        for (const message of found)
          if (message.from === 'visitor') this.outbox?.isThere(message.client_number);
        this.show(read(this.state.transcript, found));
        if (found.length < mostAtOnce) break;
      }
      this.follow(conversation);
      const wasLost = this.state.link === 'lost';
      if (this.state.link !== 'live') this.set({ link: 'polling' });
      if (wasLost) this.outbox?.wake();
    } catch (error) {
      if (running !== this.running) return;
      if (gone(error)) this.again();
      else if (error instanceof Refused && error.status === 0 && this.state.link !== 'live')
        this.set({ link: 'lost' });
    }
  }

  // ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private outboxOf(token: string): Outbox {
    const box: Outbox = new Outbox({
      name: token,
      get: () => {
        const kept = this.memory.get();
        return kept?.token === token ? kept : null;
      },
      set: ({ next, unsent }) => this.memory.change(token, () => ({ next, unsent })),
      deliver: (item, clientNumber, file) => this.deliver(item, clientNumber, file),
      judge: (error) => this.judge(error),
      last: async () => (await this.server.conversation()).client_number ?? 0,
      changed: (unsent) => {
        if (this.outbox === box) this.set({ unsent });
      },
    });
    return box;
  }

  private async deliver(item: Unsent, client_number: number, file: File | undefined): Promise<void> {
    const { running } = this;
    const sent = file
      ? await this.server.sendFile(client_number, file)
      : await this.server.say(
          item.kind === 'choice'
            ? { client_number, kind: 'choice', value: item.value }
            : { client_number, kind: 'text', text: item.text },
        );
    if (running !== this.running) return;
    const message: ChatMessage = {
      number: sent.number,
      at: new Date().toISOString(),
      from: 'visitor',
      name: '',
      kind: file ? 'file' : 'text',
      text: item.text,
      file: 'file' in sent ? (sent.file as ChatMessage['file']) : null,
    };
    const next = pushed(this.state.transcript, message);
    if (next === 'gap') await this.refresh();
    else this.show(next);
  }

  private judge(error: unknown): Verdict {
    if (!(error instanceof Refused)) return { refused: '' };
    if (error.passing) return { again: error.retryAfterSeconds };
    if (error.code === 'client_number_used' || error.code === 'client_number_gap') return { renumber: true };
    void this.refresh(); // it may be over
    return { refused: error.message };
  }

  // ── what was read ────────────────────────────────────────────────────────────────────────────────────────────────

  private markRead(): void {
    const { transcript, open } = this.state;
    const read = this.memory.get()?.read ?? 0;
    if (open && document.visibilityState === 'visible' && transcript.known > read) {
      const number = transcript.known;
      this.memory.change(this.server.token, () => ({ read: number }));
      if (transcript.messages.some((one) => one.number > read && one.from !== 'visitor'))
        this.server.read(number).catch(() => undefined);
    }
    this.countUnread();
  }

  private countUnread(): void {
    const read = this.memory.get()?.read ?? 0;
    const unread = this.state.transcript.messages.filter(
      (one) => one.number > read && one.from !== 'visitor' && one.kind !== 'notice',
    ).length;
    if (unread !== this.state.unread) this.set({ unread });
  }

  // ── ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async work(act: () => Promise<void>): Promise<void> {
    this.set({ busy: true, problem: null });
    try {
      await act();
    } catch (error) {
      this.set({ problem: error instanceof Refused ? error : new Refused(0, '', '') });
    } finally {
      this.set({ busy: false });
    }
  }

  private later(milliseconds: number, act: () => void): void {
    this.timers.push(setTimeout(act, milliseconds));
  }

  private set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}
