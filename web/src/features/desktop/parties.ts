import type { InteractionLive } from '@/shared/api/types';

export type Party = InteractionLive['parties'][number];

/** Until when the call waits for the phone of the agent at hand, or of the colleague who is called. */
export function lostUntil(interaction: InteractionLive): string | null {
  const called = interaction.parties.find((party) => party.role === 'customer');
  return interaction.line_lost_until ?? called?.lost_until ?? null;
}

/** Whom the agent at hand asks beside the customer, or is about to ask. */
export function consulted(interaction: InteractionLive): Party | null {
  return (
    interaction.parties.find((party) => party.room === 'beside' && party.agent_id !== interaction.agent_id) ??
    null
  );
}

/** Who talks besides the customer and the agent at hand: members of a conference. */
export function guests(interaction: InteractionLive): Party[] {
  return interaction.parties.filter(
    (party) =>
      party.room === 'main' &&
      party.role !== 'customer' &&
      party.agent_id !== interaction.agent_id &&
      interaction.state !== 'transferred',
  );
}

/** The agent at hand, for who was asked by them. */
export function asker(interaction: InteractionLive, agentId: string): Party | null {
  if (interaction.agent_id === agentId) return null;
  const asked = interaction.parties.some((party) => party.agent_id === agentId);
  return (asked && interaction.parties.find((party) => party.agent_id === interaction.agent_id)) || null;
}

/** Whether the agent who was asked talks with the customer, too. */
export function inConference(interaction: InteractionLive, agentId: string): boolean {
  return interaction.parties.some((party) => party.agent_id === agentId && party.room === 'main');
}

/** Whether the agent who leads the call has muted this one, who cannot end that. */
export function mutedByHost(interaction: InteractionLive, agentId: string): boolean {
  if (interaction.agent_id === agentId) return false;
  return interaction.parties.some((party) => party.agent_id === agentId && party.muted);
}

interface Handed {
  at: string;
  name: string;
  text: string;
  /** Of the contact's result, where it is one. */
  result?: string;
}

/** What colleagues have written for this agent: those who sent the customer on, in their order, who asks the agent, and
 *  what they have as their result of the contact by now. One's own notes are known. */
export function handedNotes(interaction: InteractionLive, agentId: string): Handed[] {
  const sent: Handed[] = interaction.transfers
    .filter((one) => one.note && one.from_agent !== agentId)
    .map((one) => ({ at: one.at, name: one.from_name, text: one.note }));
  const own = interaction.parties.find((party) => party.agent_id === agentId);
  const who = asker(interaction, agentId);
  if (own?.note) sent.push({ at: own.since, name: who?.name ?? '', text: own.note });
  const written = interaction.written.filter((one) => one.agent_id !== agentId);
  return [
    ...sent,
    ...written.map((one) => ({ at: one.at, name: one.name, text: one.note, result: one.result })),
  ];
}

/** An interaction as it is for this agent: who is asked beside it has their own call, however the customer's goes; who
 *  is called by a colleague sees that colleague as the caller; who picks up a parked one is offered them. */
export function seenBy(interaction: InteractionLive, agentId: string): InteractionLive {
  if (interaction.parked && interaction.agent_id === agentId)
    return { ...interaction, state: 'offered', queued_at: null };
  const own = interaction.parties.find((party) => party.agent_id === agentId);
  if (!own || interaction.agent_id === agentId) return interaction;
  const calling = own.state === 'calling' && !own.lost_until; // who is called back is in it still
  const calls = interaction.direction === 'internal' && own.role === 'customer';
  const whoCalls = interaction.parties.find((party) => party.agent_id === interaction.agent_id);
  return {
    ...interaction,
    ...(calls
      ? { caller: interaction.called, called: interaction.caller, caller_name: whoCalls?.name ?? '' }
      : {}),
    state: calling ? 'offered' : 'connected',
    offered_at: own.since,
    queued_at: null,
    connected_at: calling ? null : own.since,
    held: false,
    muted: own.muted || own.self_muted,
  };
}
