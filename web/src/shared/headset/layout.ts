import type { HidCollection, HidItem, HidReport } from './hid';

/** The keys and lamps of a headset that are used, as page and usage of the HID usage tables. */
const keys = { hook: 0x0b0020, mute: 0x0b002f } as const;
const lamps = { mute: 0x080009, offHook: 0x080017, ring: 0x080018, hold: 0x080020 } as const;

export type Key = keyof typeof keys;
export type Lamps = Record<keyof typeof lamps, boolean>;

export interface Bit {
  reportId: number;
  at: number;
  /** It says how things are, and not only that something was pressed. */
  absolute: boolean;
  /** It stays as it was put, as a switch does and a button does not. */
  stays: boolean;
}

/** Where in its reports this headset has which key and lamp: each model has its own. */
export interface Layout {
  keys: Partial<Record<Key, Bit>>;
  lamps: Partial<Record<keyof Lamps, Bit>>;
  /** How long each report is that has a lamp. */
  bytes: ReadonlyMap<number, number>;
}

/** By the device's own descriptor, of which browsers give each collection with all that is in it. */
export function layoutOf(collections: readonly HidCollection[]): Layout {
  const layout = {
    keys: {} as Layout['keys'],
    lamps: {} as Layout['lamps'],
    bytes: new Map<number, number>(),
  };
  for (const collection of collections) {
    for (const report of collection.inputReports ?? [])
      for (const [usage, bit] of bits(report)) {
        const key = named(keys, usage);
        if (key) layout.keys[key] ??= bit;
      }
    for (const report of collection.outputReports ?? []) {
      for (const [usage, bit] of bits(report)) {
        const lamp = named(lamps, usage);
        if (!lamp || layout.lamps[lamp]) continue;
        layout.lamps[lamp] = bit;
        layout.bytes.set(bit.reportId, Math.ceil(length(report) / 8));
      }
    }
  }
  return layout;
}

/** What a report says of the keys. */
export function readKeys(layout: Layout, reportId: number, data: DataView): Partial<Record<Key, boolean>> {
  const found: Partial<Record<Key, boolean>> = {};
  for (const [key, bit] of Object.entries(layout.keys) as [Key, Bit][])
    if (bit.reportId === reportId && bit.at >> 3 < data.byteLength)
      found[key] = ((data.getUint8(bit.at >> 3) >> (bit.at & 7)) & 1) === 1;
  return found;
}

/** The reports that light these lamps and put out the others. */
export function lampReports(layout: Layout, lit: Lamps): [number, Uint8Array<ArrayBuffer>][] {
  const reports = new Map([...layout.bytes].map(([id, bytes]) => [id, new Uint8Array(bytes)]));
  for (const [lamp, bit] of Object.entries(layout.lamps) as [keyof Lamps, Bit][]) {
    const report = reports.get(bit.reportId);
    if (report && lit[lamp]) report[bit.at >> 3] = (report[bit.at >> 3] ?? 0) | (1 << (bit.at & 7));
  }
  return [...reports];
}

function named<T extends string>(table: Record<T, number>, usage: number): T | undefined {
  return (Object.keys(table) as T[]).find((name) => table[name] === usage);
}

const size = ({ reportSize = 0, reportCount = 0 }: HidItem) => reportSize * reportCount;
const length = (report: HidReport) => (report.items ?? []).reduce((sum, item) => sum + size(item), 0);

/** Each usage that is one bit of the report. */
function* bits(report: HidReport): Generator<[number, Bit]> {
  let from = 0;
  for (const item of report.items ?? []) {
    const count = item.reportCount ?? 0;
    // Also what calls itself constant, as some makers mark their keys.
    if (!item.isArray && item.reportSize === 1)
      for (let index = 0; index < count; index += 1) {
        const usage = item.isRange ? (item.usageMinimum ?? 0) + index : item.usages?.[index];
        if (usage)
          yield [
            usage,
            {
              reportId: report.reportId ?? 0,
              at: from + index,
              absolute: item.isAbsolute !== false,
              stays: item.isAbsolute !== false && item.hasPreferredState === false,
            },
          ];
      }
    from += size(item);
  }
}
