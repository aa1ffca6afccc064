import type { Language } from './texts';

/** A message of the visitor that the server has not taken yet. */
export interface Unsent {
  /** Of this visitor's browser; the number of the server's protocol is given when it is sent for the first time. */
  id: string;
  at: string;
  kind: 'text' | 'choice' | 'file';
  text: string;
  value?: string;
  client_number?: number;
  /** Why the server will not have it. */
  refused?: string;
}

export interface Kept {
  id: string;
  token: string;
  language: Language;
  next: number;
  read: number;
  unsent: Unsent[];
}

/** What outlives a reload and is the same in all tabs of a site; only in this page where the browser keeps nothing. */
export class Memory {
  private readonly name: string;
  private here: string | null = null;

  constructor(
    key: string,
    private readonly storage: Storage | null = browsers(),
  ) {
    this.name = `hujiao-chat.${key}`;
  }

  get(): Kept | null {
    try {
      const text = this.storage ? this.storage.getItem(this.name) : this.here;
      return text ? (JSON.parse(text) as Kept) : null;
    } catch {
      return null;
    }
  }

  set(kept: Kept | null): void {
    this.here = kept && JSON.stringify(kept);
    try {
      if (this.here === null) this.storage?.removeItem(this.name);
      else this.storage?.setItem(this.name, this.here);
    } catch {
      // Full: what is unsent then lives as long as the page.
    }
  }

  /** Changes what is kept of this conversation, as it is now: another tab may have changed it. */
  change(token: string, how: (kept: Kept) => Partial<Kept>): void {
    const kept = this.get();
    if (kept?.token === token) this.set({ ...kept, ...how(kept) });
  }

  concerns(event: StorageEvent): boolean {
    return event.key === this.name || event.key === null;
  }
}

function browsers(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

interface Locks {
  request: (name: string, options: { signal: AbortSignal }, held: () => Promise<void>) => Promise<void>;
}

/** Runs in one tab at a time, so that two of them do not send the same; at once where the browser has no locks. */
export async function alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const locks = (navigator as Partial<Navigator>).locks as Locks | undefined;
  if (!locks) return work();
  try {
    await locks.request(`hujiao-chat.${name}`, { signal }, work);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
