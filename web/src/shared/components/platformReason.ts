import type { AgentLive } from '@/shared/api/types';

const reasons = ['no_answer', 'unreachable', 'connection_lost', 'rejected', 'no_sound'] as const;

/** Why the platform itself has set the agent not ready; null when a person has. */
export function platformReason(agent: AgentLive): (typeof reasons)[number] | null {
  return agent.state === 'not_ready' ? (reasons.find((one) => one === agent.reason_code_id) ?? null) : null;
}
