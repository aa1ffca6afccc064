import { Headset, type CallNow, type Wish } from './headset';
import type { Hid } from './hid';
import { headsetsAre } from './wanted';

// A device that is opened while an earlier close is under way would be left closed.
let turn: Promise<void> = Promise.resolve();

const inTurn = (act: () => Promise<void>): Promise<void> => (turn = turn.then(act).catch(() => undefined));

/** All headsets that are plugged in, each opened once: what is asked here is done one after the other. */
export class Headsets {
  private open: Headset[] = [];
  private call: CallNow = { ringing: false, talking: false, held: false, muted: false };
  private over = false;

  constructor(
    private readonly system: Hid,
    private readonly wished: (wish: Wish) => void,
  ) {}

  /** Looks for them anew. */
  find(): Promise<void> {
    return inTurn(async () => {
      if (this.over) return;
      await this.letGo();
      const devices = await this.system.getDevices();
      const found = devices.map((device) => ({ device, headset: new Headset(device, this.wished) }));
      const useful = found.filter(({ headset }) => headset.useful);
      this.open = useful.map(({ headset }) => headset);
      headsetsAre(useful.map(({ device }) => device.productName));
      for (const headset of this.open) {
        await headset.open().catch(() => undefined); // another program has it
        headset.show(this.call);
      }
    });
  }

  show(call: CallNow): void {
    this.call = call;
    this.open.forEach((headset) => headset.show(call));
  }

  close(): Promise<void> {
    this.over = true;
    return inTurn(async () => {
      await this.letGo();
      headsetsAre([]);
    });
  }

  private async letGo(): Promise<void> {
    const before = this.open;
    this.open = [];
    await Promise.all(before.map((headset) => headset.close()));
  }
}
