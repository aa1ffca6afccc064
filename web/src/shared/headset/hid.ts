/** What of WebHID is used here: TypeScript's own library does not describe it. */

export interface HidItem {
  isAbsolute?: boolean;
  isArray?: boolean;
  isRange?: boolean;
  /** It springs back by itself: a button. */
  hasPreferredState?: boolean;
  /** Page and usage, 16 bits each. */
  usages?: readonly number[];
  usageMinimum?: number;
  reportSize?: number;
  reportCount?: number;
}

export interface HidReport {
  reportId?: number;
  items?: readonly HidItem[];
}

export interface HidCollection {
  usagePage?: number;
  inputReports?: readonly HidReport[];
  outputReports?: readonly HidReport[];
}

export interface HidInput extends Event {
  reportId: number;
  data: DataView;
}

export interface HidDevice extends EventTarget {
  productName: string;
  opened: boolean;
  collections: readonly HidCollection[];
  open: () => Promise<void>;
  close: () => Promise<void>;
  forget?: () => Promise<void>;
  sendReport: (reportId: number, data: Uint8Array<ArrayBuffer>) => Promise<void>;
}

export interface Hid extends EventTarget {
  getDevices: () => Promise<HidDevice[]>;
  requestDevice: (options: { filters: { usagePage: number }[] }) => Promise<HidDevice[]>;
}

export const telephonyPage = 0x0b;

/** Null where the browser has none: it is not Chromium's, or the page came by an insecure way. */
export const hid = (): Hid | null => (navigator as Navigator & { hid?: Hid }).hid ?? null;

export const isHeadset = (device: HidDevice): boolean =>
  device.collections.some(({ usagePage }) => usagePage === telephonyPage);
