/** What was measured of a line within some seconds. Loss in percent, jitter and round trip in milliseconds. */
export interface LineSample {
  loss: number;
  jitter: number;
  roundTrip: number;
  mos: number;
}

/** A line from the answer to the end: means, and the worst moment. */
export interface LineSummary extends LineSample {
  seconds: number;
  lowest: number;
  codec: string;
}

export type LineGrade = 'good' | 'fair' | 'poor';

// ITU-T G.113 appendix I: a codec that hides lost packets, as G.711 does; Opus hides no fewer.
const lossRobustness = 25.1;
const bestRating = 93.2;
// What packets and the far side add on top of the way there: a packet of 20 ms, and what is kept against jitter.
const packetMilliseconds = 20;

/**
 * The mean opinion score, 1 to 4.5, by the E-model (ITU-T G.107) as Cole and Rosenbluth reduced it for sound over
 * packets: the rating loses by delay beyond 177 ms, and by lost packets.
 */
export function meanOpinion({ loss, jitter, roundTrip }: Omit<LineSample, 'mos'>): number {
  const delay = roundTrip / 2 + packetMilliseconds + 2 * jitter;
  const byDelay = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const byLoss = (95 * loss) / (loss + lossRobustness);
  const rating = Math.max(0, Math.min(100, bestRating - byDelay - byLoss));
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

/** ITU-T G.107 annex B: below 3.6 many users are dissatisfied, below 3.1 nearly all. */
export function gradeOf(mos: number): LineGrade {
  return mos >= 3.6 ? 'good' : mos >= 3.1 ? 'fair' : 'poor';
}

interface Counts {
  received: number;
  lost: number;
  jitter: number;
  farLoss: number;
  farJitter: number;
  roundTrip: number;
  codec: string;
}

/** What a connection's statistics say so far; null: no sound has come yet. */
export function countsOf(stats: Iterable<Record<string, unknown>>): Counts | null {
  const all = [...stats];
  const ofAudio = (type: string) => all.find((one) => one['type'] === type && one['kind'] === 'audio');
  const inbound = ofAudio('inbound-rtp');
  if (!inbound) return null;
  const far = ofAudio('remote-inbound-rtp') ?? {};
  const codec = all.find((one) => one['id'] === inbound['codecId']);
  const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
  return {
    received: number(inbound['packetsReceived']),
    lost: number(inbound['packetsLost']),
    jitter: number(inbound['jitter']) * 1000,
    farLoss: number(far['fractionLost']) * 100,
    farJitter: number(far['jitter']) * 1000,
    roundTrip: number(far['roundTripTime']) * 1000,
    codec: typeof codec?.['mimeType'] === 'string' ? codec['mimeType'].replace('audio/', '') : '',
  };
}

const nothing: Counts = {
  received: 0,
  lost: 0,
  jitter: 0,
  farLoss: 0,
  farJitter: 0,
  roundTrip: 0,
  codec: '',
};

/** Follows one line from its beginning by its counts, which only grow. */
export class LineWatch {
  private before = nothing;
  private codec = '';
  private samples = 0;
  private readonly sums = { loss: 0, jitter: 0, roundTrip: 0, mos: 0 };
  private lowest = 5;

  constructor(private readonly everySeconds: number) {}

  /** The sample since the counts of before; null: no sound came. */
  take(now: Counts | null): LineSample | null {
    if (!now) return null;
    const before = this.before;
    this.before = now;
    const received = now.received - before.received;
    const lost = Math.max(0, now.lost - before.lost);
    if (received < 0 || received + lost === 0) return null;
    const measured = {
      loss: Math.max((100 * lost) / (received + lost), now.farLoss),
      jitter: Math.max(now.jitter, now.farJitter),
      roundTrip: now.roundTrip,
    };
    const sample = { ...measured, mos: meanOpinion(measured) };
    this.samples += 1;
    for (const name of ['loss', 'jitter', 'roundTrip', 'mos'] as const) this.sums[name] += sample[name];
    this.lowest = Math.min(this.lowest, sample.mos);
    this.codec = now.codec || this.codec;
    return sample;
  }

  /** null: it was too short to say anything. */
  summary(): LineSummary | null {
    if (this.samples === 0) return null;
    const { loss, jitter, roundTrip, mos } = this.sums;
    const mean = (sum: number) => sum / this.samples;
    return {
      loss: mean(loss),
      jitter: mean(jitter),
      roundTrip: mean(roundTrip),
      mos: mean(mos),
      lowest: this.lowest,
      seconds: this.samples * this.everySeconds,
      codec: this.codec,
    };
  }
}
