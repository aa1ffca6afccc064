import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api } from '@/shared/api/client';
import type { AgentLive, Desktop, InteractionLive, PhoneKind, SipAccess, Today } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { useLive, useLiveAgent, useLiveInteraction } from '@/shared/live/hooks';
import { phone } from '@/shared/phone/hooks';
import { useSession } from '@/shared/session/session';
import { seenBy } from './parties';
import { ask, settle, useWaiting, type Switch } from './waiting';

/** What the desktop needs once: reasons and the state at the time of asking. */
export function useDesktop() {
  return useQuery({
    queryKey: ['desktop'],
    queryFn: () => api.get<Desktop>('/me/desktop'),
    staleTime: 60_000,
    // What could not be asked for comes by itself when it can.
    refetchInterval: ({ state }) => (state.status === 'error' ? 5_000 : false),
  });
}

/** Asks for it anew when the company's settings have changed. */
export function useDesktopAnew(): void {
  const queries = useQueryClient();
  const told = useLive((state) => state.settings);
  useEffect(() => {
    if (told > 0) void queries.invalidateQueries({ queryKey: ['desktop'] });
  }, [told, queries]);
}

export function useMyAgent(): AgentLive | null {
  const { agent } = useSession();
  const live = useLiveAgent(agent?.id);
  const { data } = useDesktop();
  return live ?? data?.agent ?? null;
}

/** My interaction; after the caller has gone it stays until its wrap-up is over. */
export function useMyInteraction(agent: AgentLive | null): InteractionLive | null {
  const found = useLiveInteraction(agent?.interaction_id);
  const live = useMemo(() => found && agent && seenBy(found, agent.id), [found, agent]);
  const { data } = useDesktop();
  const [last, setLast] = useState<InteractionLive | null>(null);
  if (live && live !== last) setLast(live);
  if (live) return live;
  if (!agent || !['wrap_up', 'engaged', 'reserved'].includes(agent.state)) return null;
  const remembered = last ?? data?.interaction ?? null;
  if (agent.interaction_id && remembered?.id !== agent.interaction_id) return null;
  return remembered;
}

/** My figures of today; asked again only when my state has changed. */
export function useToday(agent: AgentLive | null) {
  return useQuery({
    queryKey: ['me', 'today', agent?.since],
    queryFn: () => api.get<Today>('/me/today'),
    placeholderData: (previous) => previous,
  });
}

export type CallAct =
  | 'answer'
  | 'reject'
  | 'hold'
  | 'resume'
  | 'mute'
  | 'unmute'
  | 'hang-up'
  | 'swap'
  | 'end-consultation'
  | 'join'
  | 'hand-over'
  | 'park';

const switches: Partial<Record<CallAct, [Switch, boolean]>> = {
  hold: ['hold', true],
  resume: ['hold', false],
  mute: ['mute', true],
  unmute: ['mute', false],
};

interface SignInAnswer {
  sip: SipAccess | null;
}

/** Signs in to work and, with the browser as telephone, registers it. */
export function signInToWork(phoneKind: PhoneKind, seatId?: string): Promise<void> {
  signingIn ??= requestSignIn(phoneKind, seatId).finally(() => (signingIn = null));
  return signingIn;
}

/** One at a time: a second one would replace the secret that the first is registering with. */
let signingIn: Promise<void> | null = null;

async function requestSignIn(phoneKind: PhoneKind, seatId?: string): Promise<void> {
  const answer = await api.post<SignInAnswer>('/me/sign-in', {
    phone_kind: phoneKind,
    ...(seatId ? { seat_id: seatId } : {}),
  });
  if (answer.sip) await phone.start(answer.sip);
}

/** The phone stays until the platform says that the agent is out: a call may have come meanwhile. */
export async function signOutOfWork(): Promise<void> {
  await api.post('/me/sign-out');
}

export function useCallActs(interaction: InteractionLive | null, agent: AgentLive | null) {
  const report = useReportError();
  const id = interaction?.id;
  const byBrowser = agent?.phone_kind === 'browser';
  const muted = interaction?.muted ?? false;
  // Wherever the acts are, also where no button shows the wait.
  useWaiting(id, 'hold', interaction?.state === 'held');
  useWaiting(id, 'mute', muted);
  const act = useCallback(
    async (name: CallAct) => {
      if (!id) return;
      const turned = switches[name];
      if (turned && !ask(id, ...turned)) return;
      try {
        // The browser's telephone answers and mutes here and now; the platform is told of the rest.
        if (name === 'answer') {
          await phone.answer();
          return;
        }
        if (byBrowser && (name === 'mute' || name === 'unmute')) phone.setMuted(name === 'mute');
        await api.post(`/me/interactions/${id}/${name}`);
      } catch (error) {
        if (turned) settle(id, turned[0]);
        if (byBrowser && (name === 'mute' || name === 'unmute')) phone.setMuted(muted);
        if (byBrowser && name === 'hang-up') phone.hangUp();
        else report(error);
      }
    },
    [id, byBrowser, muted, report],
  );
  return act;
}
