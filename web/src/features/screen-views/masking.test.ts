// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { packed, withoutCards } from './masking';

describe('what leaves the page', () => {
  it('has no card numbers, however they are written', () => {
    expect(withoutCards('Pays with 4111 1111 1111 1111.')).toBe('Pays with •••• •••• •••• ••••.');
    expect(withoutCards('6222 0212 3456 7890 128')).toBe('•••• •••• •••• •••• •••');
    expect(withoutCards('3782 822463 10005')).toBe('•••• •••••• •••••');
    expect(withoutCards('378282246310005')).toBe('•'.repeat(15));
    expect(withoutCards('5500-0000-0000-0004')).toBe('••••-••••-••••-••••');
  });

  it('keeps telephone numbers, times and other numbers', () => {
    for (const text of [
      '+86 138 0013 8000',
      '13800138000',
      '2026-11-30 18:30',
      '4111 1111 1111 1112',
      '0000000000000',
    ])
      expect(withoutCards(text)).toBe(text);
  });

  it('masks every text of an event and leaves its numbers', () => {
    const timestamp = 1_764_527_400_006;
    const event = {
      type: 3,
      timestamp,
      data: { text: '4111111111111111', attributes: { title: '4111111111111111' } },
    };
    const text = packed([event]);
    expect(text).not.toContain('4111111111111111');
    const icon = { tagName: 'path', attributes: { d: 'M411 1111 1111 1111 4111 1111 1111 1111z' } };
    expect(JSON.parse(packed([icon]))).toEqual([icon]);
    expect((JSON.parse(text) as { timestamp: number }[])[0]?.timestamp).toBe(timestamp);
  });
});
