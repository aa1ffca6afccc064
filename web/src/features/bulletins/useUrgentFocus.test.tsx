import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useUrgentFocus } from './useUrgentFocus';

const confirm = vi.fn();

function Notice() {
  const { box, onKeyDown } = useUrgentFocus(confirm);
  return <section ref={box} role="alertdialog" tabIndex={-1} onKeyDown={onKeyDown} />;
}

function Page({ notice }: { notice: boolean }) {
  return (
    <>
      <textarea aria-label="note" />
      <button type="button">a button</button>
      {notice ? <Notice /> : null}
    </>
  );
}

/** The page with its reader at this place when the notice comes. */
function comes(at: HTMLElement | 'note' | 'button') {
  const { rerender } = render(<Page notice={false} />);
  const place =
    at === 'note' ? screen.getByLabelText('note') : at === 'button' ? screen.getByRole('button') : at;
  place.focus();
  rerender(<Page notice />);
  return { place, notice: screen.getByRole('alertdialog'), rerender };
}

const passes = (milliseconds: number) => {
  act(() => {
    vi.advanceTimersByTime(milliseconds);
  });
};

beforeEach(() => {
  vi.useFakeTimers();
  confirm.mockClear();
});
afterEach(() => {
  cleanup();
  document.body.replaceChildren();
  vi.useRealTimers();
});

it('leaves who is in a field there, however long they pause, and comes when they have left it', () => {
  const { place, notice, rerender } = comes('note');
  passes(60_000);
  expect(place).toHaveFocus();
  screen.getByRole('button').focus();
  passes(2_000);
  expect(notice).toHaveFocus();
  fireEvent.keyDown(notice, { key: 'Enter' });
  expect(confirm).toHaveBeenCalledTimes(1);
  rerender(<Page notice={false} />);
  expect(screen.getByRole('button')).toHaveFocus();
});

it('leaves who is in what can be written in', () => {
  const text = document.createElement('div');
  Object.assign(text, { tabIndex: 0, isContentEditable: true });
  document.body.append(text);
  const { notice } = comes(text);
  passes(60_000);
  expect(text).toHaveFocus();
  expect(notice).not.toHaveFocus();
});

it('is not confirmed by a key that was on its way when it took the focus', () => {
  const { notice } = comes('button');
  passes(200);
  expect(notice).toHaveFocus();
  passes(700);
  expect(fireEvent.keyDown(notice, { key: 'Enter' })).toBe(false);
  expect(confirm).not.toHaveBeenCalled();
  passes(200);
  fireEvent.keyDown(notice, { key: 'Enter' });
  expect(confirm).toHaveBeenCalledTimes(1);
});

it.each([{ ctrlKey: true }, { shiftKey: true }, { altKey: true }, { metaKey: true }, { isComposing: true }])(
  'is not confirmed by %o and Enter',
  (more) => {
    const { notice } = comes('button');
    passes(2_000);
    fireEvent.keyDown(notice, { key: 'Enter', ...more });
    expect(confirm).not.toHaveBeenCalled();
    fireEvent.keyDown(notice, { key: 'Escape' });
    expect(confirm).toHaveBeenCalledTimes(1);
  },
);
