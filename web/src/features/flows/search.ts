/** Finds steps and notes by any text in them. Pure. */

import type { FlowDocument } from './document';
import { noteKey } from './notes';

export interface Found {
  key: string;
  /** The text that holds what was looked for. */
  text: string;
}

/** `named` says what else a step is called: its kind, and the names of what it refers to by id. */
export function find(
  document: FlowDocument,
  wanted: string,
  named: (id: string) => readonly string[],
): Found[] {
  const query = wanted.trim().toLowerCase();
  if (!query) return [];
  const holds = (text: string) => text.toLowerCase().includes(query);
  const called: Found[] = []; // what is itself called so comes before what only speaks of it
  const speaking: Found[] = [];
  for (const [id, { label = '', position: _, ...node }] of Object.entries(document.nodes)) {
    const own = [label, id].find(holds);
    const text = own ?? [...named(id), ...texts(node)].find(holds);
    if (text !== undefined) (own === undefined ? speaking : called).push({ key: id, text });
  }
  for (const [id, { text }] of Object.entries(document.notes ?? {}))
    if (holds(text)) speaking.push({ key: noteKey(id), text });
  return [...called, ...speaking];
}

/** All texts and numbers in a value, and the names of its members. */
export function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => [...texts(one), name]);
}
