import { describe, expect, it } from 'vitest';
import { countries, isPrefix } from './dialling';

describe('dialling', () => {
  it('knows a prefix', () => {
    expect(['+', '+86', '+8613800138000'].every(isPrefix)).toBe(true);
    expect(['', '86', '+86 138', '+8a', '+1234567890123456'].some(isPrefix)).toBe(false);
  });

  it('names each country once', () => {
    const found = countries('en');
    expect(found.length).toBeGreaterThan(200);
    expect(found).toContainEqual({ value: 'CN', label: 'China (CN)' });
    expect(new Set(found.map(({ label }) => label.replace(/ \(..\)$/, ''))).size).toBe(found.length);
    expect(found.some(({ value }) => ['UK', 'EU', 'SU', 'DD'].includes(value))).toBe(false);
    expect(countries('zh-CN').find(({ value }) => value === 'GB')?.label).toBe('英国 (GB)');
  });
});
