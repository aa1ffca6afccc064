import { describe, expect, it } from 'vitest';
import { address } from '@/shared/api/client';
import { duration, percentage, phoneNumber, ratio } from './format';
import { asZoned, dateTime, forPicker, setZone, timeOrDay } from './time';

describe('figures', () => {
  it('writes durations as m:ss', () => {
    expect(duration(0)).toBe('0:00');
    expect(duration(62)).toBe('1:02');
    expect(duration(3723)).toBe('1:02:03');
    expect(duration(null)).toBe('–');
  });

  it('groups phone numbers', () => {
    expect(phoneNumber('13812345678')).toBe('138 1234 5678');
    expect(phoneNumber('+8613812345678')).toBe('+86 138 1234 5678');
    expect(phoneNumber('02012345678')).toBe('020 1234 5678');
    expect(phoneNumber('10086')).toBe('10086');
    expect(phoneNumber('anonymous')).toBe('anonymous');
    expect(phoneNumber(null)).toBe('–');
  });

  it('divides only by something', () => {
    expect(percentage(ratio(4, 5))).toBe('80.0%');
    expect(percentage(ratio(0, 0))).toBe('–');
  });
});

describe('time', () => {
  it('is in the tenant’s zone and survives a picker', () => {
    setZone('Asia/Shanghai');
    expect(dateTime('2026-11-22T16:30:00Z')).toBe('2026-11-23 00:30:00');
    expect(asZoned(forPicker('2026-11-22T16:30:00Z')).toISOString()).toBe('2026-11-22T16:30:00.000Z');
    setZone('UTC');
  });

  it('is written with its day unless that is today', () => {
    setZone('Asia/Shanghai');
    expect(timeOrDay('2020-11-22T16:30:00Z')).toBe('11-23 00:30');
    const now = new Date().toISOString();
    expect(timeOrDay(now)).toBe(dateTime(now).slice(11));
    setZone('UTC');
  });
});

describe('addresses', () => {
  it('repeat lists and leave empty values out', () => {
    expect(address('/x', { a: ['1', '2'], b: '', c: null, d: 0 })).toBe('/api/v1/x?a=1&a=2&d=0');
  });
});
