import { describe, expect, it } from 'vitest';
import { contactOf, variablesOf } from './contact';

const call = { medium: 'voice', direction: 'inbound', caller: '13800138000', chat: null, variables: {} };
const chat = (fields: Record<string, string>) =>
  ({ ...call, medium: 'chat', caller: 'Li', chat: { fields } }) as unknown as Parameters<typeof contactOf>[0];

describe('by what a customer is known', () => {
  it('is the number of who calls or is called', () => {
    expect(contactOf(call)).toEqual({ kind: 'phone', value: '13800138000' });
    expect(contactOf({ ...call, direction: 'outbound' }).value).toBe('13800138000');
  });
  it('is nothing of a colleague, and of who withholds the number', () => {
    expect(contactOf({ ...call, direction: 'internal' }).value).toBe('');
    expect(contactOf({ ...call, caller: '' }).value).toBe('');
  });
  it('is what the visitor of a chat gave: the number before the address', () => {
    expect(contactOf(chat({ name: 'Li', mail: 'li@example.com' }))).toEqual({
      kind: 'email',
      value: 'li@example.com',
    });
    expect(contactOf(chat({ mail: 'li@example.com', phone: '138 0013 8000' }))).toEqual({
      kind: 'phone',
      value: '138 0013 8000',
    });
    expect(contactOf(chat({ name: 'Li', order: '12' })).value).toBe('');
  });
});

it('shows what the flow learned, and not twice what the visitor wrote', () => {
  const seen = { ...chat({ name: 'Li' }), variables: { name: 'Li', city: '北京', list: [1], open: false } };
  expect(variablesOf(seen)).toEqual([
    ['city', '北京'],
    ['open', false],
  ]);
});
