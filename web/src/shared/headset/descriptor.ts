import type { HidCollection, HidItem, HidReport } from './hid';

/** For tests: what a browser makes of a device's report descriptor, as far as keys and lamps go. */
export function collectionsOf(descriptor: readonly number[]): HidCollection[] {
  const found: (HidCollection & { inputReports: HidReport[]; outputReports: HidReport[] })[] = [];
  let depth = 0;
  let page = 0;
  let global = { reportId: 0, reportSize: 0, reportCount: 0 };
  let local = none();
  for (let at = 0; at < descriptor.length;) {
    const prefix = descriptor[at] ?? 0;
    const bytes = [0, 1, 2, 4][prefix & 3] ?? 0;
    const value = descriptor
      .slice(at + 1, at + 1 + bytes)
      .reduce((sum, one, i) => sum + one * 2 ** (8 * i), 0);
    at += 1 + bytes;
    switch (prefix & 0xfc) {
      case 0x04:
        page = value;
        break;
      case 0x74:
        global = { ...global, reportSize: value };
        break;
      case 0x94:
        global = { ...global, reportCount: value };
        break;
      case 0x84:
        global = { ...global, reportId: value };
        break;
      case 0x08:
        local.usages.push(page * 0x10000 + value);
        break;
      case 0x18:
        local.minimum = page * 0x10000 + value;
        break;
      case 0xa0:
        if (depth === 0) found.push({ usagePage: page, inputReports: [], outputReports: [] });
        depth += 1;
        local = none();
        break;
      case 0xc0:
        depth -= 1;
        break;
      case 0x80:
      case 0x90: {
        const top = found.at(-1);
        const reports = (prefix & 0xfc) === 0x80 ? top?.inputReports : top?.outputReports;
        const known = reports?.find((one) => one.reportId === global.reportId);
        const report = known ?? { reportId: global.reportId, items: [] };
        if (!known) reports?.push(report);
        const item: HidItem = {
          isAbsolute: (value & 4) === 0,
          hasPreferredState: (value & 0x20) === 0,
          isArray: (value & 2) === 0,
          isRange: local.minimum !== null,
          usages: local.usages,
          ...(local.minimum === null ? {} : { usageMinimum: local.minimum }),
          reportSize: global.reportSize,
          reportCount: global.reportCount,
        };
        (report.items as HidItem[]).push(item);
        local = none();
      }
    }
  }
  return found;
}

function none() {
  return { usages: [] as number[], minimum: null as number | null };
}
