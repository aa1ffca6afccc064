import type { InteractionLive } from '@/shared/api/types';

export interface Contact {
  kind: 'phone' | 'email';
  value: string;
}

type Live = Pick<InteractionLive, 'medium' | 'direction' | 'caller' | 'chat' | 'variables'>;

/** By what the customer of an interaction is known: the caller's number; of a chat the number or address that the
 *  visitor gave. Empty: the number is withheld, a colleague calls, or nothing was given. */
export function contactOf({ medium, direction, caller, chat }: Live): Contact {
  if (direction === 'internal') return { kind: 'phone', value: '' };
  if (medium !== 'chat') return { kind: 'phone', value: caller };
  const given = Object.values(chat?.fields ?? {}).map((value) => value.trim());
  const phone = given.find((value) => /^\+?[\d\s().-]{7,20}$/.test(value));
  if (phone) return { kind: 'phone', value: phone };
  return { kind: 'email', value: given.find((value) => /^[^@\s]+@[^@\s]+$/.test(value)) ?? '' };
}

/** The flow's variables that can be read, but for what the visitor of a chat filled in. */
export function variablesOf({ variables, chat }: Live): [string, string | number | boolean][] {
  const filled = chat?.fields ?? {};
  return Object.entries(variables).filter(
    (entry): entry is [string, string | number | boolean] =>
      !(entry[0] in filled) && ['string', 'number', 'boolean'].includes(typeof entry[1]),
  );
}
