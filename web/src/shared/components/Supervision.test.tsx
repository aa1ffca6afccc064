import { act, cleanup, render, screen } from '@testing-library/react';
import { App } from 'antd';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InteractionLive, Session } from '@/shared/api/types';
import { setLanguage } from '@/shared/i18n';
import { LiveContext } from '@/shared/live/hooks';
import { emptyView } from '@/shared/live/protocol';
import type { LiveStore } from '@/shared/live/store';
import { SessionContext } from '@/shared/session/session';
import { Supervision } from './Supervision';

const heard = {
  id: 'i',
  medium: 'voice',
  state: 'connected',
  agent_id: 'a',
  recording: 'off',
  parties: [
    {
      role: 'supervisor',
      agent_id: 'boss',
      mode: 'listen',
      state: 'connected',
      since: '2026-11-29T08:00:00Z',
    },
  ],
} as unknown as InteractionLive;

describe('Supervision', () => {
  beforeEach(async () => {
    vi.useFakeTimers();
    vi.setSystemTime('2026-11-29T08:00:05Z');
    await setLanguage('en');
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  it('says once how one is there, while the time goes on beside it', () => {
    const state = { status: 'live', view: emptyView };
    const store = { subscribe: () => () => undefined, get: () => state } as unknown as LiveStore;
    const session = { rights: ['supervision.listen'], agent: { id: 'boss' } } as Session;
    render(
      <App>
        <MemoryRouter>
          <SessionContext value={{ session, signOut: () => Promise.resolve() }}>
            <LiveContext value={store}>
              <Supervision interaction={heard} />
            </LiveContext>
          </SessionContext>
        </MemoryRouter>
      </App>,
    );
    const said = screen.getByTestId('supervision-status').textContent;
    const time = screen.getByTestId('supervision-time').textContent;
    act(() => void vi.advanceTimersByTime(3000));
    expect(screen.getByTestId('supervision-time').textContent).not.toBe(time);
    expect(screen.getByTestId('supervision-status').textContent).toBe(said);
  });
});
