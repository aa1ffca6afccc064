import { afterEach, describe, expect, it } from 'vitest';
import { undisturbed } from './reload';

const guard = (event: Event) => event.preventDefault();

afterEach(() => {
  window.removeEventListener('beforeunload', guard);
  document.body.replaceChildren();
});

describe('a page that is to be loaded anew', () => {
  it('may be while nobody does anything', () => {
    expect(undisturbed()).toBe(true);
  });

  it('waits for whom it would ask before they close it: a call, what is not saved', () => {
    window.addEventListener('beforeunload', guard);
    expect(undisturbed()).toBe(false);
  });

  it('waits for who writes', () => {
    const field = document.body.appendChild(document.createElement('textarea'));
    field.focus();
    expect(undisturbed()).toBe(false);
    field.blur();
    expect(undisturbed()).toBe(true);
  });

  it('waits for an open dialog, not for one that is hidden', () => {
    const dialog = document.body.appendChild(document.createElement('div'));
    dialog.setAttribute('role', 'dialog');
    expect(undisturbed()).toBe(true);
    dialog.getClientRects = () => [new DOMRect()] as unknown as DOMRectList;
    expect(undisturbed()).toBe(false);
  });
});
