import { expect, test } from 'vitest';
import type { InteractionLive } from '@/shared/api/types';
import { conferencesOf } from './conferenceCalls';

const call = (id: string, conference: string | null, since: string) =>
  ({
    id,
    since,
    conference: conference && { id: conference, room: `room ${conference}`, host: false },
  }) as InteractionLive;

test('calls are put together by their conference, in the order in which they came', () => {
  const found = conferencesOf([
    call('late', 'b', '2026-01-01T00:02:00Z'),
    call('none', null, '2026-01-01T00:00:00Z'),
    call('other', 'a', '2026-01-01T00:03:00Z'),
    call('early', 'b', '2026-01-01T00:01:00Z'),
  ]);
  expect(found.map(({ room, calls }) => [room, calls.map(({ id }) => id)])).toEqual([
    ['room a', ['other']],
    ['room b', ['early', 'late']],
  ]);
});
