// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { packed, whileTyped, withoutCards, withoutNumbers } from './masking';

const spaced = '4111 1111 1111 1111';
const written = [
  spaced,
  '4111111111111111',
  '4111\u00a01111\u00a01111\u00a01111',
  '4111.1111.1111.1111',
  '4111  1111  1111  1111',
  '4111-111111-1111',
  '3782 822463 10005',
  '４１１１ １１１１ １１１１ １１１１',
];

describe('what is typed', () => {
  it('has no long number, at no digit of it', () => {
    for (const number of [...written, '4111, 1111 / 1111 : 1111', '4111\n1111\n1111\n1111'])
      for (let end = 1; end <= number.length; end += 1) {
        const prefix = number.slice(0, end);
        const digits = prefix.match(/\p{N}/gu)?.length ?? 0;
        const event = { type: 3, data: { source: 5, text: `Card: ${prefix}` } };
        for (const text of [withoutNumbers(prefix), packed([{ attributes: { value: prefix } }])])
          expect(text.match(/\p{N}/gu)?.length ?? 0).toBe(digits < 8 ? digits : 0);
        const sent = (JSON.parse(packed([event])) as (typeof event)[])[0]?.data.text ?? '';
        expect(sent.match(/\p{N}/gu)?.length ?? 0).toBe(digits < 8 ? digits : 0);
      }
  });

  it('has no first digits of one either, as long as it is typed', () => {
    for (const number of [...written, '4111, 1111 / 1111 : 1111'])
      for (let end = 1; end <= number.length; end += 1) {
        const prefix = `Card: ${number.slice(0, end)}`;
        const digits = prefix.match(/\p{N}/gu)?.length ?? 0;
        expect(whileTyped(prefix).match(/\p{N}/gu)?.length ?? 0).toBe(digits < 4 ? digits : 0);
        expect(whileTyped(prefix)).toHaveLength(prefix.length);
      }
    expect(whileTyped('3 guests, 2 rooms, 120 Euro')).toBe('3 guests, 2 rooms, 120 Euro');
  });

  it('keeps other text', () => {
    for (const text of ['Room 1204, 3 guests', 'Invoice of May 2026', '18:30'])
      expect(withoutNumbers(text)).toBe(text);
  });
});

describe('what leaves the page', () => {
  it('has no card numbers, however they are written', () => {
    for (const number of written) expect(withoutCards(`Pays with ${number}.`)).not.toMatch(/\p{N}/u);
    expect(withoutCards(`Pays with ${spaced}.`)).toBe('Pays with •••• •••• •••• ••••.');
    expect(withoutCards('411111111111111')).toBe('•'.repeat(15)); // all but the last digit
  });

  it('keeps telephone numbers, times and other numbers', () => {
    for (const text of ['+86 138 0013 8000', '13800138000', '2026-11-30 18:30:15', '1,234,567.89'])
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
    expect(text).not.toContain('4111');
    expect((JSON.parse(text) as { timestamp: number }[])[0]?.timestamp).toBe(timestamp);
  });

  it('leaves measures and drawings as they are', () => {
    const events = [
      { tagName: 'path', attributes: { d: 'M411 1111 1111 1111 4111 1111 1111 1111z' } },
      { attributes: { style: { left: '33.33333333333333%' }, width: '66.66666666666667' } },
    ];
    expect(JSON.parse(packed(events))).toEqual(events);
  });
});
