import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';
import type { Session } from '@/shared/api/types';
import { LiveContext } from '@/shared/live/hooks';
import { SessionContext } from '@/shared/session/session';
import { CommandBox } from './CommandBox';
import { ThemeContext } from './theme-context';

const closed = vi.fn();

vi.mock('@/shared/keys/useKeys', () => ({
  keyedActsNow: () => [['ready', () => undefined]],
  useKeys: () => ({ ready: 'F4' }),
}));
const liveNow = { view: { agents: new Map(), queues: new Map() } };
const live = { subscribe: () => () => undefined, get: () => liveNow };
const session = { rights: [], account: {}, tenant: {} } as unknown as Session;

function Page() {
  return (
    <MemoryRouter>
      <SessionContext value={{ session, signOut: () => Promise.resolve() }}>
        <ThemeContext value={{ dark: false } as never}>
          <LiveContext value={live as never}>
            <CommandBox open onClose={closed} />
          </LiveContext>
        </ThemeContext>
      </SessionContext>
    </MemoryRouter>
  );
}

const marked = () =>
  screen.getAllByRole('option').filter((row) => row.getAttribute('aria-selected') === 'true');

Element.prototype.scrollIntoView = () => undefined; // jsdom has none
afterEach(cleanup);

it('marks nothing, and does nothing by Enter, before something is typed or an arrow is pressed', async () => {
  render(<Page />);
  const person = userEvent.setup();
  const input = screen.getByTestId('command-input');
  await person.type(input, '{Enter}');
  expect(marked()).toEqual([]);
  expect(input).not.toHaveAttribute('aria-activedescendant');
  expect(closed).not.toHaveBeenCalled();

  const rows = screen.getAllByRole('option');
  await person.type(input, '{ArrowUp}');
  expect(marked()).toEqual([rows.at(-1)]);
  await person.type(input, '{ArrowDown}');
  expect(marked()).toEqual([rows[0]]);
  await person.type(input, 'dark');
  expect(marked()).toHaveLength(1);
  await person.clear(input);
  expect(marked()).toEqual([]);
  await person.type(input, 'dark{Enter}');
  expect(closed).toHaveBeenCalledTimes(1);
});
