import type { TFunction } from 'i18next';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { phoneNumber } from '@/shared/format/format';
import { consulted } from './parties';

export type FailedCall = NonNullable<AgentLive['failed_call']>;

const freshMilliseconds = 60_000;

/** The agent's last call that nobody answered, as long as it says something of what is in hand. */
export function failedNow(
  failed: FailedCall | null,
  interaction: InteractionLive | null,
  now: number,
): FailedCall | null {
  if (!failed) return null;
  if (failed.interaction_id === interaction?.id) return consulted(interaction) ? null : failed;
  // What became of a customer who was sent on is of interest whatever the agent does meanwhile.
  if (interaction && failed.act !== 'transfer') return null;
  return now - Date.parse(failed.at) < freshMilliseconds ? failed : null;
}

/** What was tried, whom, and why it failed, in one line. */
export function failedText(t: TFunction, failed: FailedCall): string {
  return t('failedCall.line', {
    what: t(`failedCall.${failed.act}`),
    whom: failed.name ? `${failed.number} ${failed.name}` : phoneNumber(failed.number),
    why: t(`failedCall.why.${failed.failure}`),
  });
}
