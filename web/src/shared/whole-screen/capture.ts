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

/** All of this computer's screen, as the agent shares it: one picture, taken on this page and nowhere sent by itself. */
export class Capture {
  stream: MediaStream | null = null;
  private elsewhere = false;
  private readonly listeners = new Set<() => void>();
  private readonly pages: BroadcastChannel | null;

  constructor() {
    this.pages = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(remembered);
    if (!this.pages) return;
    this.pages.onmessage = ({ data }: MessageEvent<string>) => {
      if (data === 'who' && this.stream) this.pages?.postMessage('here');
      if (data === 'who') return;
      this.elsewhere = data === 'here';
      this.changed();
    };
    this.pages.postMessage('who');
  }

  get shares(): Shares {
    return this.stream ? 'here' : this.elsewhere ? 'other' : 'nowhere';
  }

  /** Asks by the browser's own dialog, which it opens only upon a click. */
  async share(account: string): Promise<Outcome> {
    if (this.stream) return 'shared';
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
    track.contentHint = 'detail';
    track.addEventListener('ended', () => this.stop()); // by the browser's own button, or with the screen
    this.stream = stream;
    remember(account);
    this.pages?.postMessage('here');
    this.changed();
    return 'shared';
  }

  /** No more, and it is not asked for again here. */
  stop(): void {
    const { stream } = this;
    if (!stream) return;
    this.stream = null;
    stream.getTracks().forEach((track) => track.stop());
    remember(null);
    this.pages?.postMessage('nowhere');
    this.changed();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
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
