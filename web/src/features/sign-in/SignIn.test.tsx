import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { App } from 'antd';
import { MemoryRouter, Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setLanguage } from '@/shared/i18n';
import { safeNext, SignIn } from './SignIn';

function open(at = '/sign-in') {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <MemoryRouter initialEntries={[at]}>
          <Routes>
            <Route path="/sign-in" element={<SignIn />} />
            <Route path="*" element={<p>inside</p>} />
          </Routes>
        </MemoryRouter>
      </App>
    </QueryClientProvider>,
  );
}

const answer = (status: number, body: unknown) =>
  vi.fn<typeof fetch>(() => Promise.resolve(new Response(JSON.stringify(body), { status })));

async function fill(): Promise<void> {
  const user = userEvent.setup({ delay: null });
  await user.type(screen.getByTestId('sign-in-tenant'), ' a ');
  await user.type(screen.getByTestId('sign-in-login'), '1001');
  await user.type(screen.getByTestId('sign-in-password'), 'secret');
  await user.click(screen.getByTestId('sign-in-submit'));
}

describe('sign-in', () => {
  beforeEach(async () => {
    localStorage.clear();
    await setLanguage('en');
  });

  it('sends what was typed and goes where it was asked to', async () => {
    const fetched = answer(200, {});
    vi.stubGlobal('fetch', fetched);
    open('/sign-in?next=%2Finteractions%3Fpage%3D2');
    await fill();
    await screen.findByText('inside');
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/v1/session');
    expect(JSON.parse(fetched.mock.calls[0]?.[1]?.body as string)).toEqual({
      tenant: 'a',
      login: '1001',
      password: 'secret',
    });
  });

  it('shows the server’s sentence and keeps what was typed', async () => {
    vi.stubGlobal('fetch', answer(401, { error: { code: 'wrong', message: 'That is wrong.' } }));
    open();
    await fill();
    await waitFor(() => expect(screen.getByTestId('sign-in-problem')).toHaveTextContent('That is wrong.'));
    expect(screen.getByTestId('sign-in-login')).toHaveValue('1001');
  });

  it('goes only to pages of its own', () => {
    expect(safeNext('/live?agent=1')).toBe('/live?agent=1');
    expect(safeNext('//elsewhere.example')).toBe('/');
    expect(safeNext('/\\elsewhere.example')).toBe('/');
    expect(safeNext('https://elsewhere.example')).toBe('/');
    expect(safeNext(null)).toBe('/');
  });
});
