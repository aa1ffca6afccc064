import type { Held } from '@/shared/chat/outbox';
import type { Language } from './texts';

export interface Kept extends Held {
  id: string;
  token: string;
  language: Language;
  read: number;
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
