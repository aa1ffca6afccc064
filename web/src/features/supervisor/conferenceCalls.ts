import { useMemo } from 'react';
import type { InteractionLive } from '@/shared/api/types';
import { useLive } from '@/shared/live/hooks';

/** Calls that are in one conference, who came first first. */
export interface Conference {
  id: string;
  room: string;
  calls: InteractionLive[];
}

/** The conferences of these calls, by name. */
export function conferencesOf(interactions: Iterable<InteractionLive>): Conference[] {
  const found = new Map<string, Conference>();
  for (const call of interactions) {
    if (!call.conference) continue;
    const { id, room } = call.conference;
    const known = found.get(id);
    if (known) known.calls.push(call);
    else found.set(id, { id, room, calls: [call] });
  }
  for (const { calls } of found.values())
    calls.sort((one, other) => (one.since ?? '').localeCompare(other.since ?? ''));
  return [...found.values()].sort((one, other) => one.room.localeCompare(other.room));
}

export function useConferences(wanted: string): Conference[] {
  const interactions = useLive((state) => state.view.interactions);
  return useMemo(
    () => conferencesOf(interactions.values()).filter((one) => one.room.toLowerCase().includes(wanted)),
    [interactions, wanted],
  );
}
