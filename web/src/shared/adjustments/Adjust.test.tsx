import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { App } from 'antd';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '@/shared/api/types';
import { setLanguage } from '@/shared/i18n';
import { SessionContext } from '@/shared/session/session';
import { Adjust } from './Adjust';

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

const choose = async (name: string) => fireEvent.click(await screen.findByLabelText(name, own));
const isChosen = (name: string) => waitFor(() => expect(screen.getByLabelText(name, own)).toBeChecked());
const own = { selector: 'input[type=radio]' };

function shown() {
  const session = { rights: [] as string[] } as Session;
  render(
    <App>
      <QueryClientProvider client={new QueryClient()}>
        <SessionContext value={{ session, signOut: () => Promise.resolve() }}>
          <Adjust title="Adjust" agentIds={['a']} onClose={() => undefined} />
        </SessionContext>
      </QueryClientProvider>
    </App>,
  );
}

it('takes away until a time, and gives until the next sign-in', async () => {
  shown();
  await isChosen('the next sign-in');
  await choose('Act');
  await isChosen('a time');
  await choose('may');
  await isChosen('the next sign-in');
});

it('leaves what is chosen, and says who can end it', async () => {
  shown();
  await choose('for good');
  await choose('Act');
  await isChosen('for good');
  await choose('the next sign-in');
  expect(await screen.findByText(/The agent ends it by signing in/)).toBeInTheDocument();
});
