/** Why an offer was made, as the ledger has it. */
export interface Offer {
  chosen: 'agent' | 'interaction';
  reason: string;
  among: number;
  /** 0 is the queue's own; −1: the agent was waited for. */
  ring: number;
  values: [criterion: string, value: number][];
  over: string | null;
}

/** Null for what older ledgers say, which gave no reason. */
export function offerOf(data: Record<string, unknown>): Offer | null {
  const { chosen, reason, among, ring, values, over } = data;
  if ((chosen !== 'agent' && chosen !== 'interaction') || typeof reason !== 'string') return null;
  return {
    chosen,
    reason,
    among: typeof among === 'number' ? among : 1,
    ring: typeof ring === 'number' ? ring : 0,
    values: Object.entries(values ?? {}).filter((one): one is [string, number] => typeof one[1] === 'number'),
    over: typeof over === 'string' ? over : null,
  };
}

export type ValueKind = 'seconds' | 'share' | 'figure' | 'ring' | 'hidden';

/** How a criterion's value is read. A lot and whether the agent was waited for are no figures for people. */
export function valueKind(criterion: string): ValueKind {
  switch (criterion) {
    case 'longest_idle':
    case 'age':
      return 'seconds';
    case 'least_occupied':
      return 'share';
    case 'ring':
      return 'ring';
    case 'random':
    case 'preferred':
      return 'hidden';
    default:
      return 'figure';
  }
}
