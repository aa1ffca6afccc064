import { useEffect } from 'react';
import { api } from '@/shared/api/client';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { usePhone } from '@/shared/phone/hooks';

// The call and what is said of it come by two ways: so long the one may be ahead of the other.
const aheadMilliseconds = 1500;
const againMilliseconds = 4000;

/** The agent's own leg of the conversation they have. */
export function ownLeg(interaction: InteractionLive | null, agent: AgentLive | null): string | null {
  if (!interaction || !agent || interaction.agent_id !== agent.id) return null;
  if (!['connected', 'held'].includes(interaction.state)) return null;
  return interaction.parties.find((party) => party.agent_id === agent.id)?.leg_id ?? null;
}

export function callBack(interactionId: string, legId: string): Promise<unknown> {
  return api.post(`/me/interactions/${interactionId}/return`, { leg_id: legId });
}

/** Has this page's phone called again when a conversation goes on that it knows nothing of, as after a reload. */
export function useReturn(agent: AgentLive | null, interaction: InteractionLive | null, here: boolean): void {
  const { registration, call } = usePhone();
  const leg = ownLeg(interaction, agent);
  const id = interaction?.id;
  const known = interaction?.line_lost_until != null;
  const missing = here && registration === 'registered' && call === null ? leg : null;
  useEffect(() => {
    if (!missing || !id) return;
    const ask = () => void callBack(id, missing).catch(() => undefined); // it is asked again
    const first = setTimeout(ask, known ? 0 : aheadMilliseconds);
    const again = setInterval(ask, againMilliseconds);
    return () => {
      clearTimeout(first);
      clearInterval(again);
    };
  }, [missing, id, known]);
}
