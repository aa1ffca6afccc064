import { useMemo } from 'react';
import type { InteractionLive } from '@/shared/api/types';
import { useLive } from './hooks';

export type ParkedCall = InteractionLive & { parked: NonNullable<InteractionLive['parked']> };

/** Who is parked, by place. */
export function useParked(): ParkedCall[] {
  const interactions = useLive((live) => live.view.interactions);
  return useMemo(
    () =>
      [...interactions.values()]
        .filter((one): one is ParkedCall => Boolean(one.parked))
        .sort((one, other) => one.parked.place - other.parked.place),
    [interactions],
  );
}
