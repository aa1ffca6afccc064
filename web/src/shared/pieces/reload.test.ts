import { cleanup, renderHook } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { loadedWhole, undisturbed, useHold, useReloadWhenQuiet } from './reload';

const guard = (event: Event) => event.preventDefault();

afterEach(() => {
  cleanup();
  sessionStorage.clear();
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

  it('waits for what is in hand', () => {
    const { rerender } = renderHook(({ inHand }) => useHold(inHand), { initialProps: { inHand: true } });
    expect(undisturbed()).toBe(false);
    rerender({ inHand: false });
    expect(undisturbed()).toBe(true);
  });

  it('is so once, and again after all of it was there while no screen had failed', () => {
    const reloads = (wanted: boolean) => renderHook(() => useReloadWhenQuiet(wanted));
    const first = reloads(false);
    expect(first.result.current).toBe(true);
    first.unmount();
    sessionStorage.setItem('hujiao.reloaded', '1');
    const failed = reloads(true);
    expect(failed.result.current).toBe(false);
    loadedWhole();
    failed.unmount();
    const still = reloads(true);
    expect(still.result.current).toBe(false);
    still.unmount();
    loadedWhole();
    expect(reloads(false).result.current).toBe(true);
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
