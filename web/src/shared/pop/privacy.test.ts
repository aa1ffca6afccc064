import { describe, expect, it } from 'vitest';
import type { CustomerField } from '@/shared/api/types';
import { isPrivate } from './privacy';

const field = (key: string, secret: boolean) => ({ key, private: secret }) as CustomerField;

describe('what of a customer is private in the pop', () => {
  it('is every field of the tenant that is not known to be plain', () => {
    expect(isPrivate('customer.passport', [])).toBe(true);
    expect(isPrivate('customer.new', [field('passport', true)])).toBe(true);
    expect(isPrivate('customer.passport', [field('passport', true)])).toBe(true);
    expect(isPrivate('customer.city', [field('city', false)])).toBe(false);
  });

  it('is a variable of the name of a private field', () => {
    expect(isPrivate('vars.passport', [field('passport', true)])).toBe(true);
    expect(isPrivate('vars.order', [field('passport', true)])).toBe(false);
  });

  it('is not what every tenant has', () => {
    expect(isPrivate('customer.name', [])).toBe(false);
    expect(isPrivate('call.queue', [])).toBe(false);
  });
});
