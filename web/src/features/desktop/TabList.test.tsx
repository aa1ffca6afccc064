import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { TabList } from './TabList';

function Tabs() {
  const [chosen, choose] = useState('note');
  const tabs = ['note', 'closed', 'recent', 'more'].map((key) => ({
    key,
    label: key,
    disabled: key === 'closed',
    content: <input aria-label={`field of ${key}`} />,
  }));
  return <TabList label="below" tabs={tabs} chosen={chosen} choose={choose} />;
}

afterEach(cleanup);

it('is led by the arrow keys, past what is disabled and round the ends', async () => {
  render(<Tabs />);
  const person = userEvent.setup();
  await person.tab();
  for (const [key, wanted] of [
    ['ArrowRight', 'recent'],
    ['ArrowRight', 'more'],
    ['ArrowRight', 'note'],
    ['ArrowLeft', 'more'],
    ['Home', 'note'],
    ['End', 'more'],
  ] as const) {
    await person.keyboard(`{${key}}`);
    const tab = screen.getByRole('tab', { name: wanted });
    expect(tab).toHaveFocus();
    expect(tab).toHaveAttribute('aria-selected', 'true');
    expect(screen.getByRole('tabpanel')).toHaveAccessibleName(wanted);
  }
});

it('keeps what was typed in a panel while another one is shown', async () => {
  render(<Tabs />);
  const person = userEvent.setup();
  await person.type(screen.getByLabelText('field of note'), 'half a sentence');
  await person.click(screen.getByRole('tab', { name: 'recent' }));
  expect(screen.getByLabelText('field of note')).not.toBeVisible();
  await person.click(screen.getByRole('tab', { name: 'note' }));
  expect(screen.getByLabelText('field of note')).toHaveValue('half a sentence');
});
