import { useEffect, useRef } from 'react';
import { api } from '@/shared/api/client';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { usePhone } from '@/shared/phone/hooks';
import type { Party } from './parties';

// The call and what is said of it come by two ways: so long the one may be ahead of the other.
const aheadMilliseconds = 1500;
const againMilliseconds = 4000;

/** The agent's own part in a conversation of which their phone is waited for when it is lost: theirs, that of a colleague
 *  who has called them, or one that they supervise. */
export function ownParty(interaction: InteractionLive | null, agent: AgentLive | null): Party | null {
  if (!interaction || !agent) return null;
  const own = interaction.parties.find((party) => party.agent_id === agent.id);
  const talks = ['connected', 'held'].includes(interaction.state);
  // Who was lost before the call was handed on to a number is waited for there, too.
  if (!talks && !(interaction.state === 'transferred' && own?.lost_until)) return null;
  const kept = interaction.agent_id === agent.id || own?.role === 'customer' || own?.role === 'supervisor';
  return own && kept ? own : null;
}

export function callBack(interactionId: string, legId: string): Promise<unknown> {
  return api.post(`/me/interactions/${interactionId}/return`, { leg_id: legId });
}

/**
 * Has this page's phone called again when a conversation goes on that it knows nothing of, as after a reload. A call that
 * the page has had, and that goes on elsewhere, is left there: another browser has the phone now.
 */
export function useReturn(agent: AgentLive | null, interaction: InteractionLive | null, here: boolean): void {
  const { registration, call, lastCall } = usePhone();
  const own = ownParty(interaction, agent);
  const id = interaction?.id;
  const known = own?.lost_until != null;
  const forgotten = own !== null && own.state !== 'calling' && (known || lastCall !== id);
  const missing = here && registration === 'registered' && call === null && forgotten ? own.leg_id : null;
  const asked = useRef(0);
  useEffect(() => {
    if (!missing || !id) return;
    const ask = () => {
      asked.current = Date.now();
      void callBack(id, missing).catch(() => undefined); // it is asked again
    };
    const paused = asked.current + againMilliseconds - Date.now();
    const first = setTimeout(ask, Math.max(paused, known ? 0 : aheadMilliseconds));
    const again = setInterval(ask, againMilliseconds);
    return () => {
      clearTimeout(first);
      clearInterval(again);
    };
  }, [missing, id, known]);
}
