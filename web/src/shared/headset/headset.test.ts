import { describe, expect, it } from 'vitest';
import { collectionsOf } from './descriptor';
import { Headset, type CallNow, type Wish } from './headset';
import { Headsets } from './headsets';
import type { Hid, HidDevice } from './hid';
import { lampReports, layoutOf, readKeys } from './layout';
import { gigasetDongle, jabraLink380c, muteSwitch, onePress, polyBlackwire3220 } from './models';

const data = (...bytes: number[]) => new DataView(new Uint8Array(bytes).buffer);
const dark = { mute: false, offHook: false, ring: false, hold: false };
const idle: CallNow = { ringing: false, talking: false, held: false, muted: false };
const ringing: CallNow = { ...idle, ringing: true };
const talking: CallNow = { ...idle, talking: true };

/** As reports are written here: the number of the report and its bytes. */
const written = (reports: [number, Uint8Array][]) => reports.map(([id, bytes]) => [id, ...bytes]);

describe('the reports of a headset', () => {
  it('are read and written as the Jabra describes itself', () => {
    const layout = layoutOf(collectionsOf(jabraLink380c));
    expect(layout.keys.hook).toEqual({ reportId: 2, at: 0, absolute: true, stays: true });
    expect(layout.keys.mute).toEqual({ reportId: 2, at: 3, absolute: false, stays: false });
    expect(readKeys(layout, 2, data(0b0000_1001, 0))).toEqual({ hook: true, mute: true });
    expect(readKeys(layout, 1, data(0b0000_1001, 0))).toEqual({});
    expect(written(lampReports(layout, { mute: true, offHook: true, ring: true, hold: true }))).toEqual([
      [2, 0b0001_1101, 0],
    ]);
  });

  it('are several of one lamp each at the Poly', () => {
    const layout = layoutOf(collectionsOf(polyBlackwire3220));
    expect(readKeys(layout, 8, data(0b010))).toEqual({ hook: true, mute: false });
    expect(readKeys(layout, 8, data(0b001))).toEqual({ hook: false, mute: true });
    expect(written(lampReports(layout, { ...dark, ring: true }))).toEqual([
      [9, 0],
      [0x17, 0],
      [0x18, 1],
    ]);
  });

  it('have the lamps in another order at the Gigaset', () => {
    const layout = layoutOf(collectionsOf(gigasetDongle));
    expect(readKeys(layout, 2, data(0b1000, 0))).toEqual({ hook: false, mute: true });
    expect(written(lampReports(layout, { ...dark, offHook: true, hold: true }))).toEqual([[2, 0b1001, 0]]);
  });

  it('are none of a keyboard', () => {
    const keyboard = [0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x75, 0x01];
    const layout = layoutOf(collectionsOf([...keyboard, 0x95, 0x08, 0x81, 0x02, 0xc0]));
    expect([layout.keys, layout.lamps]).toEqual([{}, {}]);
  });
});

const milliseconds = (count: number) => new Promise((next) => setTimeout(next, count));

/** A device that takes its time for each thing, as real ones do. */
function deviceOf(descriptor: readonly number[]) {
  const sent: number[][] = [];
  const slowly = async (act: () => void) => {
    await milliseconds(2);
    act();
  };
  const device = Object.assign(new EventTarget(), {
    productName: 'test',
    opened: false,
    collections: collectionsOf(descriptor),
    open: () => slowly(() => (device.opened = true)),
    close: () => slowly(() => (device.opened = false)),
    sendReport: (id: number, bytes: Uint8Array) =>
      slowly(() => {
        if (!device.opened) throw new DOMException('The device must be opened first.', 'InvalidStateError');
        sent.push([id, ...bytes]);
      }),
  }) as HidDevice & { opened: boolean };
  const says = (id: number, ...bytes: number[]) =>
    device.dispatchEvent(Object.assign(new Event('inputreport'), { reportId: id, data: data(...bytes) }));
  return { device, sent, says };
}

/** A headset on the desk: what it was sent, and what its keys asked for. */
async function plugged(descriptor: readonly number[]) {
  const wishes: Wish[] = [];
  const { device, sent, says } = deviceOf(descriptor);
  const headset = new Headset(device, (wish) => wishes.push(wish));
  await headset.open();
  const lamps = async () => {
    await milliseconds(20);
    return sent.splice(0);
  };
  await lamps();
  return { headset, device, says, wishes, lamps };
}

describe('a headset', () => {
  it('answers and hangs up, and repeats nothing that it was told', async () => {
    const { headset, says, wishes, lamps } = await plugged(jabraLink380c);
    headset.show(ringing);
    expect(await lamps()).toEqual([[2, 0b1000, 0]]);
    says(2, 1, 0);
    expect(wishes).toEqual(['answer']);
    // At once: it takes its key back when nobody replies.
    expect(await lamps()).toEqual([[2, 0b0001, 0]]);
    headset.show(talking);
    says(2, 1, 0);
    expect(await lamps()).toEqual([]);
    says(2, 0, 0);
    expect(wishes).toEqual(['answer', 'hang-up']);
    expect(await lamps()).toEqual([[2, 0, 0]]);
    headset.show(idle);
    says(2, 0, 0);
    expect(wishes).toEqual(['answer', 'hang-up']);
    expect(await lamps()).toEqual([]);
  });

  it('follows what is done on the page, and asks for nothing because of that', async () => {
    const { headset, says, wishes, lamps } = await plugged(jabraLink380c);
    headset.show(talking);
    expect(await lamps()).toEqual([[2, 1, 0]]);
    says(2, 1, 0); // it says that it is off the hook now
    headset.show({ ...talking, muted: true });
    headset.show({ ...talking, muted: true, held: true });
    expect(await lamps()).toEqual([
      [2, 0b0101, 0],
      [2, 0b1_0101, 0],
    ]);
    headset.show(idle);
    expect(await lamps()).toEqual([[2, 0, 0]]);
    says(2, 0, 0);
    expect(wishes).toEqual([]);
  });

  it('mutes by each press, which it tells as 1 and then 0', async () => {
    const { headset, says, wishes } = await plugged(polyBlackwire3220);
    headset.show(talking);
    says(8, 0b010);
    says(8, 0b011);
    says(8, 0b010);
    expect(wishes).toEqual(['mute']);
    headset.show({ ...talking, muted: true });
    says(8, 0b011);
    says(8, 0b010);
    expect(wishes).toEqual(['mute', 'unmute']);
  });

  it('mutes and unmutes as its switch is put, and not by a switch that was not moved', async () => {
    const { headset, says, wishes } = await plugged(muteSwitch);
    headset.show({ ...talking, muted: true }); // on the page
    says(0, 0b01);
    expect(wishes).toEqual([]);
    headset.show(talking);
    says(0, 0b11);
    expect(wishes).toEqual(['mute']);
    headset.show({ ...talking, muted: true });
    says(0, 0b01);
    expect(wishes).toEqual(['mute', 'unmute']);
    headset.show(talking);
    says(0, 0b11);
    headset.show({ ...talking, muted: true });
    headset.show(talking); // unmuted on the page meanwhile
    says(0, 0b01);
    expect(wishes).toEqual(['mute', 'unmute', 'mute']);
  });

  it('has a hook that is pressed for both', async () => {
    const { headset, says, wishes } = await plugged(onePress);
    says(0, 1);
    says(0, 0);
    expect(wishes).toEqual([]);
    headset.show(ringing);
    says(0, 1);
    says(0, 0);
    headset.show(talking);
    says(0, 1);
    says(0, 0);
    expect(wishes).toEqual(['answer', 'hang-up']);
  });

  it('is let go dark', async () => {
    const { headset, device, says, wishes, lamps } = await plugged(jabraLink380c);
    headset.show(talking);
    await lamps();
    await headset.close();
    expect(await lamps()).toEqual([[2, 0, 0]]);
    expect(device.opened).toBe(false);
    says(2, 0, 0);
    expect(wishes).toEqual([]);
  });
});

describe('all headsets', () => {
  it('work after each look, however many are asked for at once', async () => {
    const { device, sent, says } = deviceOf(jabraLink380c);
    const wishes: Wish[] = [];
    const system = Object.assign(new EventTarget(), {
      getDevices: () => milliseconds(2).then(() => [device]),
      requestDevice: () => Promise.resolve([device]),
    }) as Hid;
    const first = new Headsets(system, (wish) => wishes.push(wish));
    await first.find();
    first.show(ringing);
    await Promise.all([first.find(), first.find()]);
    await milliseconds(20);
    expect(device.opened).toBe(true);
    expect(sent.at(-1)).toEqual([2, 0b1000, 0]);
    says(2, 1, 0);
    expect(wishes).toEqual(['answer']);

    // As when another is connected: the page's part is taken away and another takes its place.
    void first.close();
    const second = new Headsets(system, (wish) => wishes.push(wish));
    second.show(talking);
    await second.find();
    await milliseconds(20);
    expect(device.opened).toBe(true);
    expect(sent.at(-1)).toEqual([2, 1, 0]);
    says(2, 0, 0);
    expect(wishes).toEqual(['answer', 'hang-up']);

    void second.find();
    await second.close();
    expect(device.opened).toBe(false);
    says(2, 1, 0);
    expect(wishes).toHaveLength(2);
  });
});
