/** A message that the server has not taken yet. */
export interface Unsent {
  id: string;
  at: string;
  kind: 'text' | 'choice' | 'file';
  text: string;
  value?: string;
  /** The sender's own number; given when it is sent for the first time. */
  client_number?: number;
  /** Why the server will not have it. */
  refused?: string;
}

/** What is kept of a conversation's unsent messages; `next` is the sender's next number. */
export interface Held {
  next: number;
  unsent: Unsent[];
}

/** What is to be done about a message that was not taken. */
export type Verdict = { again: number } | { renumber: true } | { refused: string };

export interface Delivery {
  /** One tab at a time sends under this name. */
  name: string;
  /** Where messages are kept over a reload and between tabs. Null: the conversation is not this one any more. */
  get: () => Held | null;
  set: (held: Held) => void;
  /** Over when `next` is known; messages are kept before, and numbered and sent after. */
  begin?: () => Promise<void>;
  /** Has the server take a message; what it throws is judged. */
  deliver: (item: Unsent, clientNumber: number, file: File | undefined) => Promise<void>;
  /** `again`: seconds that the server asks to wait for. */
  judge: (error: unknown) => Verdict;
  /** The last number of this sender that the server has. */
  last: () => Promise<number>;
  changed: (unsent: readonly Unsent[]) => void;
}

const longestPauseMilliseconds = 20_000;

/**
 * Sends messages in their order, one after another, until none is left. A number is written down before it is used, so that
 * a message which is sent again, also after a reload, is the same one for the server. Files live as long as the page.
 */
export class Outbox {
  private readonly files = new Map<string, { item: Unsent; file: File }>();
  private readonly stopped = new AbortController();
  private sending = false;
  private inFlight: string | null = null;
  private hidden = new Set<string>();
  private wakeUp: () => void = () => undefined;

  constructor(private readonly to: Delivery) {}

  list(): Unsent[] {
    const written = this.to.get()?.unsent ?? [];
    const files = [...this.files.values()].map(({ item }) => item);
    return [...written, ...files]
      .filter((one) => !this.hidden.has(one.id))
      .sort((a, b) => a.at.localeCompare(b.at));
  }

  add(what: Pick<Unsent, 'kind' | 'text' | 'value'>): void {
    const item: Unsent = { ...named(), ...what };
    this.change(({ unsent }) => ({ unsent: [...unsent, item] }));
    this.run();
  }

  attach(file: File): void {
    const item: Unsent = { ...named(), kind: 'file', text: file.name };
    this.files.set(item.id, { item, file });
    this.tell();
    this.run();
  }

  discard(id: string): void {
    this.drop(id);
    this.run();
  }

  /** The sender's message is in the transcript: it is not shown as unsent, too, nor sent once more. */
  isThere(clientNumber: number | null | undefined): void {
    const one = this.list().find((each) =>
      clientNumber ? each.client_number === clientNumber : each.id === this.inFlight,
    );
    if (!one) return;
    if (one.id !== this.inFlight) return this.drop(one.id);
    this.hidden.add(one.id);
    this.tell();
  }

  /** Another tab has changed what is kept. */
  reread(): void {
    this.tell();
    this.run();
  }

  /** Waits no longer to send again. */
  wake(): void {
    this.wakeUp();
  }

  stop(): void {
    this.stopped.abort();
    this.wakeUp();
  }

  run(): void {
    if (this.stopped.signal.aborted) return;
    if (this.sending) {
      this.wakeUp();
      return;
    }
    if (!this.next()) return;
    this.sending = true;
    void alone(this.to.name, this.stopped.signal, () => this.sendAll()).finally(() => {
      this.sending = false;
      this.run(); // what was added just when the last one had been sent
    });
  }

  private next(): Unsent | undefined {
    return this.list().find((one) => one.refused === undefined);
  }

  private isStopped(): boolean {
    return this.stopped.signal.aborted;
  }

  private async sendAll(): Promise<void> {
    let failures = 0;
    await this.to.begin?.();
    for (let item = this.next(); item && !this.isStopped(); item = this.next()) {
      try {
        await this.send(item);
        failures = 0;
      } catch (error) {
        if (this.isStopped()) return;
        const verdict = this.to.judge(error);
        if ('again' in verdict) {
          failures += 1;
          // What the server asks for is waited for; the rest ends when the network is back.
          await new Promise((resolve) => setTimeout(resolve, verdict.again * 1000));
          if (await this.pause(Math.min(longestPauseMilliseconds, 500 * 2 ** failures))) failures = 0;
        } else if ('renumber' in verdict) {
          await this.renumber(item.id).catch(() => undefined);
          failures += 1;
          if (failures > 2) await this.pause(500 * 2 ** Math.min(failures, 5));
        } else this.refuse(item.id, verdict.refused);
      } finally {
        this.inFlight = null;
        if (this.hidden.has(item.id)) this.drop(item.id);
      }
    }
  }

  private async send(item: Unsent): Promise<void> {
    let { client_number } = item;
    if (client_number === undefined) {
      client_number = this.to.get()?.next;
      if (client_number === undefined) return this.stop();
      const number = client_number;
      this.change(({ next }) => ({ next: next + 1 }));
      this.note(item.id, { client_number: number });
    }
    this.inFlight = item.id;
    await this.to.deliver(item, client_number, this.files.get(item.id)?.file);
    if (!this.isStopped()) this.drop(item.id);
  }

  /** The server knows other numbers: another window has used this one, or one before it was never sent. */
  private async renumber(id: string): Promise<void> {
    const last = await this.to.last();
    this.change(() => ({ next: last + 1 }));
    this.note(id, { client_number: undefined });
  }

  private refuse(id: string, why: string): void {
    const number = this.list().find((one) => one.id === id)?.client_number;
    this.note(id, { refused: why, client_number: undefined });
    // The number is free: the server wants them without a gap.
    this.change(({ next }) => (number !== undefined && next === number + 1 ? { next: number } : {}));
  }

  private drop(id: string): void {
    this.files.delete(id);
    this.hidden.delete(id);
    this.change(({ unsent }) => ({ unsent: unsent.filter((one) => one.id !== id) }));
  }

  private note(id: string, what: Partial<Unsent>): void {
    const own = this.files.get(id);
    if (own) own.item = { ...own.item, ...what };
    this.change(({ unsent }) => ({
      unsent: unsent.map((one) => (one.id === id ? { ...one, ...what } : one)),
    }));
  }

  private change(how: (held: Held) => Partial<Held>): void {
    const held = this.to.get();
    if (held) this.to.set({ ...held, ...how(held) });
    this.tell();
  }

  private tell(): void {
    this.to.changed(this.list());
  }

  /** True when it was ended before its time. */
  private pause(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}

let made = 0;

/** The order in which they were made is the order of `at`, also within a millisecond. */
function named(): { id: string; at: string } {
  made += 1;
  const at = new Date().toISOString();
  return { id: `${at}-${Math.random().toString(36).slice(2)}`, at: `${at}-${String(made).padStart(6, '0')}` };
}

interface Locks {
  request: (name: string, options: { signal: AbortSignal }, held: () => Promise<void>) => Promise<void>;
}

/** Runs in one tab at a time, so that two of them do not send the same; at once where the browser has no locks. */
async function alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const locks = (navigator as Partial<Navigator>).locks as Locks | undefined;
  if (!locks) return work();
  try {
    await locks.request(`hujiao-chat.${name}`, { signal }, work);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
