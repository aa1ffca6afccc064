// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { scriptLine, shownEntry } from './entry';

describe('a chat entry', () => {
  it('has one line for the website', () => {
    expect(scriptLine('https://call.example:8443', 'abc_-1')).toBe(
      '<script src="https://call.example:8443/chat/widget.js" data-key="abc_-1" async></script>',
    );
  });

  it('can be shown while it is still being filled in', () => {
    expect(shownEntry({}).fields).toEqual([]);
    const begun = shownEntry({ fields: [undefined, { kind: 'email', required: true }] as never });
    expect(begun.fields).toEqual([{ key: 'field-0', label: {}, required: true, kind: 'email' }]);
  });
});
