import { describe, expect, it } from 'vitest';
import { countsOf, gradeOf, LineWatch, meanOpinion } from './quality';

const counts = (received: number, lost: number, more: Partial<Record<string, number>> = {}) => ({
  received,
  lost,
  jitter: 0,
  farLoss: 0,
  farJitter: 0,
  roundTrip: 0,
  codec: 'opus',
  ...more,
});

describe('the mean opinion score', () => {
  it('is that of a clean line, and falls with loss, delay and jitter', () => {
    const clean = meanOpinion({ loss: 0, jitter: 0, roundTrip: 0 });
    expect(clean).toBeCloseTo(4.4, 1);
    expect(meanOpinion({ loss: 3, jitter: 0, roundTrip: 0 })).toBeLessThan(clean - 0.2);
    expect(meanOpinion({ loss: 0, jitter: 0, roundTrip: 600 })).toBeLessThan(clean - 0.5);
    expect(meanOpinion({ loss: 0, jitter: 80, roundTrip: 100 })).toBeLessThan(clean);
  });

  it('stays within its scale', () => {
    expect(meanOpinion({ loss: 100, jitter: 5000, roundTrip: 60_000 })).toBe(1);
    for (let loss = 0; loss < 100; loss += 1) {
      const [here, worse] = [loss, loss + 1].map((one) =>
        meanOpinion({ loss: one, jitter: 5, roundTrip: 40 }),
      );
      expect(worse).toBeLessThanOrEqual(here ?? 0);
    }
  });

  it('has the grades of the recommendation', () => {
    expect([4.4, 3.6, 3.59, 3.1, 3.09, 1].map(gradeOf)).toEqual([
      'good',
      'good',
      'fair',
      'fair',
      'poor',
      'poor',
    ]);
  });
});

describe('a line', () => {
  it('is measured between two counts', () => {
    const line = new LineWatch(2);
    expect(line.take(null)).toBeNull();
    expect(line.take(counts(90, 10))?.loss).toBeCloseTo(10);
    expect(line.take(counts(190, 10))?.loss).toBe(0);
    expect(line.summary()).toMatchObject({ loss: 5, seconds: 4, codec: 'opus' });
  });

  it('takes the worse direction', () => {
    const line = new LineWatch(2);
    expect(line.take(counts(100, 0, { farLoss: 7, jitter: 3, farJitter: 20 }))).toMatchObject({
      loss: 7,
      jitter: 20,
    });
  });

  it('says nothing of silence, and nothing of a connection that began anew', () => {
    const line = new LineWatch(2);
    expect(line.take(counts(0, 0))).toBeNull();
    expect(line.summary()).toBeNull();
    line.take(counts(100, 0));
    expect(line.take(counts(100, 0))).toBeNull();
    expect(line.take(counts(10, 0))).toBeNull();
    expect(line.summary()?.seconds).toBe(2);
  });

  it('keeps its worst moment', () => {
    const line = new LineWatch(2);
    line.take(counts(100, 0));
    line.take(counts(150, 50));
    line.take(counts(250, 50));
    const summary = line.summary();
    expect(summary?.lowest).toBeLessThan(2);
    expect(summary?.mos).toBeGreaterThan(3);
  });
});

describe('what a browser says', () => {
  it('is read by kind, in our units', () => {
    const stats = [
      { id: 'C', type: 'codec', mimeType: 'audio/opus' },
      { id: 'v', type: 'inbound-rtp', kind: 'video', packetsReceived: 1 },
      {
        id: 'i',
        type: 'inbound-rtp',
        kind: 'audio',
        packetsReceived: 50,
        packetsLost: 2,
        jitter: 0.004,
        codecId: 'C',
      },
      {
        id: 'r',
        type: 'remote-inbound-rtp',
        kind: 'audio',
        fractionLost: 0.01,
        jitter: 0.002,
        roundTripTime: 0.03,
      },
    ];
    expect(countsOf(stats)).toEqual({
      received: 50,
      lost: 2,
      jitter: 4,
      farLoss: 1,
      farJitter: 2,
      roundTrip: 30,
      codec: 'opus',
    });
    expect(countsOf([{ type: 'outbound-rtp', kind: 'audio' }])).toBeNull();
  });
});
