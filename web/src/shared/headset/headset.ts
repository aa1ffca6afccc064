import { isHeadset, type HidDevice, type HidInput } from './hid';
import { lampReports, layoutOf, readKeys, type Bit, type Key, type Lamps, type Layout } from './layout';

/** The call as the headset is to know it. */
export interface CallNow {
  ringing: boolean;
  talking: boolean;
  held: boolean;
  muted: boolean;
}

export type Wish = 'answer' | 'hang-up' | 'mute' | 'unmute';

/** What a key asks for, if it asks for a change: a headset that only repeats what it was told asks for nothing. */
function wish(key: Key, pressed: boolean, { absolute, stays }: Bit, call: CallNow): Wish | null {
  if (key === 'mute') {
    if (!call.talking || (stays ? pressed === call.muted : !pressed)) return null;
    return call.muted ? 'unmute' : 'mute';
  }
  if (call.ringing) return pressed ? 'answer' : null;
  // A hook that says how it is lies down; one that only says that it was pressed means the call at hand.
  return call.talking && (absolute ? !pressed : pressed) ? 'hang-up' : null;
}

/** One connected headset: its keys become wishes, its lamps follow the call. */
export class Headset {
  private readonly layout: Layout;
  private readonly down = new Map<Key, boolean>();
  private call: CallNow = { ringing: false, talking: false, held: false, muted: false };
  /** What was wished and has not come about: the headset waits for the lamp and takes its key back without. */
  private hook: boolean | null = null;
  private shown = '';
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly device: HidDevice,
    private readonly wished: (wish: Wish) => void,
  ) {
    this.layout = layoutOf(device.collections);
  }

  /** Whether it has keys or lamps that are known here. */
  get useful(): boolean {
    return isHeadset(this.device) && this.layout.keys.hook !== undefined;
  }

  async open(): Promise<void> {
    if (!this.device.opened) await this.device.open();
    this.device.addEventListener('inputreport', this.heard);
    this.light();
  }

  /** Resolves when the device is dark and closed. */
  close(): Promise<void> {
    this.device.removeEventListener('inputreport', this.heard);
    this.show({ ringing: false, talking: false, held: false, muted: false });
    this.sending = this.sending.then(() => this.device.close()).catch(() => undefined);
    return this.sending;
  }

  show(call: CallNow): void {
    if (call.ringing !== this.call.ringing || call.talking !== this.call.talking) this.hook = null;
    this.call = call;
    this.light();
  }

  private readonly heard = (event: Event): void => {
    const { reportId, data } = event as HidInput;
    for (const [key, pressed] of Object.entries(readKeys(this.layout, reportId, data)) as [Key, boolean][]) {
      // Of a hook it is not known how it lies before it says so; who has not muted on the headset is not muted there.
      const before = this.down.get(key) ?? (key === 'mute' ? false : undefined);
      const bit = this.layout.keys[key];
      if (!bit || before === pressed) continue;
      this.down.set(key, pressed);
      const wanted = wish(key, pressed, bit, this.call);
      if (!wanted) continue;
      if (wanted === 'answer' || wanted === 'hang-up') {
        this.hook = wanted === 'answer';
        this.light();
      }
      this.wished(wanted);
    }
  };

  /** Sends what differs from what was sent before, one report after the other. */
  private light(): void {
    const { ringing, talking, held, muted } = this.call;
    const offHook = this.hook ?? talking;
    const lit: Lamps = { offHook, ring: ringing && !offHook, hold: held, mute: talking && muted };
    const next = JSON.stringify(lit);
    if (next === this.shown || !this.device.opened) return;
    this.shown = next;
    for (const [id, data] of lampReports(this.layout, lit))
      this.sending = this.sending.then(() => this.device.sendReport(id, data)).catch(() => undefined);
  }
}
