import { describe, expect, it } from 'vitest';
import {
  clockOf,
  drawn,
  edged,
  readSpans,
  shifted,
  spanOf,
  spansText,
  stretchOf,
  withDays,
  yearsOf,
} from './week';

const office = [
  { from: 540, to: 720 },
  { from: 780, to: 1080 },
];

describe('spans of a day', () => {
  it('go to minutes and back, also past midnight', () => {
    for (const span of [
      { start: '09:00', end: '18:00' },
      { start: '00:00', end: '24:00' },
      { start: '22:00', end: '06:00' },
    ])
      expect(spanOf(stretchOf(span))).toEqual(span);
    expect(stretchOf({ start: '22:00', end: '06:00' }).to).toBe(1800);
    expect(clockOf(1440)).toBe('24:00');
  });

  it('are drawn in either direction and join what they touch', () => {
    expect(drawn([], 600, 540)).toEqual([{ from: 540, to: 600 }]);
    expect(drawn(office, 720, 780)).toEqual([{ from: 540, to: 1080 }]);
    expect(drawn(office, 1200, 1200)).toEqual([...office, { from: 1200, to: 1215 }]);
  });

  it('are moved by an edge no further than their neighbours', () => {
    expect(edged(office, 0, 'to', 900)[0]).toEqual({ from: 540, to: 780 });
    expect(edged(office, 1, 'from', 600)[1]).toEqual({ from: 720, to: 1080 });
    expect(edged(office, 1, 'to', 2000)[1]).toEqual({ from: 780, to: 1440 });
    expect(edged(office, 0, 'from', 719)[0]).toEqual({ from: 705, to: 720 });
  });

  it('are moved whole between their neighbours', () => {
    expect(shifted(office, 0, 600)[0]).toEqual({ from: 600, to: 780 });
    expect(shifted(office, 0, -600)[0]).toEqual({ from: 0, to: 180 });
    expect(shifted([{ from: 1320, to: 1800 }], 0, 60)).toEqual([{ from: 1320, to: 1800 }]);
  });

  it('are read as people write them', () => {
    expect(readSpans('9-12, 13:30–18')).toEqual([
      { start: '09:00', end: '12:00' },
      { start: '13:30', end: '18:00' },
    ]);
    expect(readSpans('22:00-6:00，0-2')).toEqual([
      { start: '00:00', end: '02:00' },
      { start: '22:00', end: '06:00' },
    ]);
    expect(spansText(readSpans('0-24') ?? [])).toBe('00:00–24:00');
    for (const wrong of ['9', '9-9', '25-26', '9:70-10', '9-12,11-13', 'morning'])
      expect(readSpans(wrong)).toBeNull();
    expect(readSpans('')).toEqual([]);
  });
});

describe('special days', () => {
  const one = (date: string, name: string) => ({ date, name, spans: [], as_weekday: null });
  it('are put in by date, the new one in the place of the old', () => {
    const days = withDays(
      [one('2026-10-01', 'ours'), one('2026-12-25', 'ours')],
      [one('2026-10-01', 'National Day')],
    );
    expect(days.map(({ date, name }) => `${date} ${name}`)).toEqual([
      '2026-10-01 National Day',
      '2026-12-25 ours',
    ]);
    expect(yearsOf(days, 2027)).toEqual([2026, 2027]);
  });
});
