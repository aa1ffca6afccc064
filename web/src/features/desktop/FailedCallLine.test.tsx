import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { AgentLive } from '@/shared/api/types';
import FailedCallLine from './FailedCallLine';

const agent = (comes_back: boolean) =>
  ({
    failed_call: {
      at: new Date().toISOString(),
      interaction_id: 'one',
      act: 'transfer',
      failure: 'busy',
      number: '02087654321',
      name: '',
      comes_back,
    },
  }) as AgentLive;

afterEach(cleanup);

it.each([true, false])('says that the caller comes back to whom they come back alone: %s', (back) => {
  render(<FailedCallLine agent={agent(back)} interaction={null} />);
  expect(screen.getByTestId('failed-call')).toHaveAttribute('data-failure', 'busy');
  expect(screen.queryAllByText('The caller comes back to you.')).toHaveLength(back ? 1 : 0);
});
