import { describe, expect, it } from 'vitest';
import { contactId } from './trace';

const id = '019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b';

describe('the contact that is meant', () => {
  it('is named by its id or its address', () => {
    expect(contactId(id)).toBe(id);
    expect(contactId(` https://cc.example.com/interactions/${id.toUpperCase()} `)).toBe(id);
    expect(contactId(`https://cc.example.com/interactions/${id}?tab=x`)).toBe(id);
  });

  it('is none for anything else', () => {
    for (const text of ['', 'hello', id.slice(1), `${id}0`]) expect(contactId(text)).toBeNull();
  });
});
