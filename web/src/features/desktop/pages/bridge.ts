/** What the desktop and a page of the tenant's own software say to each other by `postMessage`. Pure.
 *  The protocol is documented in docs/developers/linked-pages.md; `hujiao` is its version. */
import type { ShownPage, SourceAnswer } from '@/shared/api/types';

export const version = 1;
export const longestNote = 2000;

export type CallEvent = 'offered' | 'connected' | 'ended';

/** What the page is told. */
export type Told =
  | { type: CallEvent; parameters: ShownPage['parameters'] }
  | { type: 'answer'; source: string; outcome: string; values: object; rows: object[] }
  | { type: 'done'; id: string; ok: boolean; problem?: string };

/** What the page asks for. */
export type Asked =
  | { type: 'ready' }
  | { type: 'dial'; id: string; number: string }
  | { type: 'note'; id: string; text: string }
  | { type: 'open'; id: string; page: string };

export const told = (message: Told) => ({ hujiao: version, ...message });

export const answerOf = (source: string, { outcome, values, rows }: SourceAnswer): Told => ({
  type: 'answer',
  source,
  outcome,
  values,
  rows,
});

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= most;

/** The message as one of ours; null for what is none: another version, another kind, a field that is no text. */
export function asked(data: unknown): Asked | null {
  if (typeof data !== 'object' || data === null) return null;
  const { hujiao, type, id, number, text, page } = data as Record<string, unknown>;
  if (hujiao !== version) return null;
  if (type === 'ready') return { type };
  if (!isText(id, 100)) return null;
  if (type === 'dial' && isText(number, 40)) return { type, id, number: number.trim() };
  if (type === 'note' && isText(text, longestNote)) return { type, id, text: text.trim() };
  if (type === 'open' && isText(page, 60)) return { type, id, page };
  return null;
}

/** Where the call is, as pages are told. */
export function eventOf(interaction: { state: string } | null, wrappingUp: boolean): CallEvent {
  if (!interaction || wrappingUp || interaction.state === 'ended') return 'ended';
  return interaction.state === 'offered' ? 'offered' : 'connected';
}
