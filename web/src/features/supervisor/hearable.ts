import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { HearableAgent } from '@/shared/api/types';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';

const nobody: HearableAgent[] = [];

interface Wanted {
  number?: string;
  skill_id?: string;
  group_id?: string;
  unheard?: boolean;
}

/** The agents to whom all of this applies, asked again when a supervisor comes to a conversation or leaves; null while
 * it is asked, or for who may hear nobody. */
export function useHearable(wanted: Wanted, enabled = true): HearableAgent[] | null {
  const mayHear = useRight('supervision.listen');
  const supervised = useLive((live) =>
    [...live.view.interactions.values()]
      .flatMap((one) => one.parties)
      .filter((party) => party.role === 'supervisor' && party.state !== 'calling')
      .map((party) => party.leg_id)
      .join(),
  );
  const { data, isError } = useQuery({
    queryKey: ['hearable', wanted, supervised],
    queryFn: () => api.get<HearableAgent[]>('/supervision/agents', { ...wanted }),
    enabled: enabled && mayHear,
    staleTime: 0,
    placeholderData: (previous, query) =>
      JSON.stringify(query?.queryKey[1]) === JSON.stringify(wanted) ? previous : undefined,
  });
  return data ?? (isError ? nobody : null);
}
