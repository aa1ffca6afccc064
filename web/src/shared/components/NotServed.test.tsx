import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '@/shared/api/types';
import { setLanguage } from '@/shared/i18n';
import { LiveContext } from '@/shared/live/hooks';
import { emptyView, type SetAside } from '@/shared/live/protocol';
import type { LiveState, LiveStore } from '@/shared/live/store';
import { SessionContext } from '@/shared/session/session';
import { NotServed } from './NotServed';

const aside: SetAside = {
  work: 'events',
  since: '2026-11-29T08:00:01Z',
  next_try_at: '2026-11-29T08:00:31Z',
  about: 'flow F, step S',
};

function shown(notServed: LiveState['notServed'], rights: string[] = [], seq = -1) {
  const view = { ...emptyView, seq };
  const state: LiveState = {
    status: 'reconnecting',
    notServed,
    view,
    bulletins: 0,
    alarms: 0,
    nextCalls: 0,
    settings: 0,
    screenViews: 0,
    news: new Map(),
  };
  const store = { subscribe: () => () => undefined, get: () => state } as unknown as LiveStore;
  const session = { rights } as Session;
  render(
    <MemoryRouter>
      <SessionContext value={{ session, signOut: () => Promise.resolve() }}>
        <LiveContext value={store}>
          <NotServed />
        </LiveContext>
      </SessionContext>
    </MemoryRouter>,
  );
  return screen.queryByTestId('not-served');
}

describe('NotServed', () => {
  beforeEach(() => setLanguage('en'));
  afterEach(cleanup);

  it('says nothing while all is well, and that call control is away', () => {
    expect(shown(null)).toBeNull();
    expect(shown('away')).toHaveTextContent('Call control does not answer');
  });

  it('says what fails, since when, and when it is tried again', () => {
    const alert = shown(aside);
    expect(alert).toHaveTextContent('flow F, step S');
    expect(alert).toHaveTextContent('Since 2026-11-29 08:00:01');
    expect(alert).toHaveTextContent('next at 08:00:31');
    expect(alert).not.toHaveTextContent('from before');
  });

  it('says that an old picture is old', () => {
    expect(shown({ ...aside, work: 'reading' }, [], 7)).toHaveTextContent('from before');
  });

  it.each([
    [['agent.work'], 'tell your administrator'],
    [['admin.flows'], 'take it back'],
    [['admin.flows', 'platform.tenants'], 'What fails, and why'],
  ])('says to %s who can mend it', (rights, words) => {
    expect(shown(aside, rights)).toHaveTextContent(words);
  });

  it.each(['zh-CN', 'zh-TW'] as const)('has its words in %s', async (language) => {
    await setLanguage(language);
    expect(shown(aside)).toHaveTextContent(/[暂暫]停.*08:00:31/);
  });
});
