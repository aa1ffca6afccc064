import { sharing } from './later';

/** `other`: another page of this browser shares it. */
type Shares = 'here' | 'other' | 'nowhere';
type Outcome = 'shared' | 'refused' | 'part' | 'impossible';

const remembered = 'hujiao-whole-screen';
// Text is to be read: every pixel, and few pictures.
const asked = {
  video: {
    displaySurface: 'monitor',
    width: { max: 1920 },
    height: { max: 1920 },
    frameRate: { max: 5 },
  },
  audio: false,
  monitorTypeSurfaces: 'include',
  surfaceSwitching: 'exclude',
  selfBrowserSurface: 'exclude',
};

/** What pages of this browser say to each other of who shares. */
interface Said {
  page: string;
  says: 'who' | 'here' | 'gone';
}

const answerMilliseconds = 2_000;
const againMilliseconds = 10_000;

/** All of this computer's screen, as the agent shares it: one picture, taken on this page and nowhere sent by itself. */
export class Capture {
  stream: MediaStream | null = null;
  private readonly page = Math.random().toString(36).slice(2);
  /** Other pages that share, and those of them that have answered since they were asked. */
  private others: ReadonlySet<string> = new Set();
  private answered = new Set<string>();
  private asking: ReturnType<typeof setTimeout> | undefined;
  private sharing: Promise<Outcome> | null = null;
  private stops = 0;
  private readonly listeners = new Set<() => void>();
  private readonly pages: BroadcastChannel | null;

  constructor() {
    this.pages = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(remembered);
    if (!this.pages) return;
    this.pages.onmessage = ({ data }: MessageEvent<Said>) => this.hear(data);
    // A page that is closed stops sharing; one that comes back as it was goes on.
    window.addEventListener('pagehide', () => this.stream && this.say('gone'));
    window.addEventListener('pageshow', ({ persisted }) => persisted && this.stream && this.say('here'));
    this.askOthers();
  }

  get shares(): Shares {
    return this.stream ? 'here' : this.others.size > 0 ? 'other' : 'nowhere';
  }

  /** Asks by the browser's own dialog, which it opens only upon a click. */
  share(account: string): Promise<Outcome> {
    this.sharing ??= this.ask(account).finally(() => (this.sharing = null)); // a second click opens no second dialog
    return this.sharing;
  }

  private async ask(account: string): Promise<Outcome> {
    if (this.stream) return 'shared';
    const { stops } = this;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia(asked);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      return name === 'NotAllowedError' || name === 'AbortError' ? 'refused' : 'impossible';
    }
    const track = stream.getVideoTracks()[0];
    const surface = track?.getSettings().displaySurface;
    if (!track || (surface !== undefined && surface !== 'monitor')) {
      stream.getTracks().forEach((one) => one.stop());
      return 'part';
    }
    if (stops !== this.stops) {
      stream.getTracks().forEach((one) => one.stop());
      return 'refused';
    }
    track.contentHint = 'detail';
    track.addEventListener('ended', () => this.stop()); // by the browser's own button, or with the screen
    this.stream = stream;
    remember(account);
    this.say('here');
    this.changed();
    return 'shared';
  }

  /** No more, and it is not asked for again here. */
  stop(): void {
    const { stream } = this;
    this.stops += 1; // also what is being asked for
    if (!stream) return;
    this.stream = null;
    stream.getTracks().forEach((track) => track.stop());
    remember(null);
    this.say('gone');
    this.changed();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private say(says: Said['says']): void {
    this.pages?.postMessage({ page: this.page, says });
  }

  private hear({ page, says }: Said): void {
    if (says === 'who') {
      if (this.stream) this.say('here');
      return;
    }
    const others = new Set(this.others);
    if (says === 'here') {
      others.add(page);
      this.answered.add(page);
    } else {
      others.delete(page);
      this.answered.delete(page);
    }
    this.know(others);
  }

  private know(others: ReadonlySet<string>): void {
    this.others = others;
    if (others.size > 0) this.asking ??= setTimeout(this.askOthers, againMilliseconds);
    this.changed();
  }

  /** A page that went without a word answers no more. */
  private readonly askOthers = (): void => {
    this.answered = new Set();
    this.say('who');
    this.asking = setTimeout(() => {
      this.asking = undefined;
      this.know(this.answered);
    }, answerMilliseconds);
  };

  private changed(): void {
    this.listeners.forEach((listener) => listener());
  }
}

function remember(account: string | null): void {
  try {
    if (account === null) sessionStorage.removeItem(remembered);
    else sessionStorage.setItem(remembered, account);
  } catch {
    // Then it is not asked for again after a reload.
  }
}

/** Whether this page shared the screen before it was loaded anew: browsers do not remember that. */
export function sharedBefore(account: string): boolean {
  try {
    return sessionStorage.getItem(remembered) === account;
  } catch {
    return false;
  }
}

export const capture = new Capture();
sharing.stop = () => capture.stop();
