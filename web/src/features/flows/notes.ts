/** Notes on the canvas. Among the chosen things a note goes by its id with a mark before it. */

import { freeName, type FlowDocument, type FlowNote, type Position } from './document';

export const longestNote = 2000;
export const mostNotes = 100;
const mark = 'note:';

export const noteKey = (id: string) => mark + id;
/** The note's id; null when it is a step. */
export const noteId = (key: string) => (key.startsWith(mark) ? key.slice(mark.length) : null);

export function addNote(document: FlowDocument, position: Position): [FlowDocument, string] {
  const notes = document.notes ?? {};
  const id = freeName('note', notes);
  return [{ ...document, notes: { ...notes, [id]: { text: '', position, width: 200, height: 100 } } }, id];
}

export function changeNote(document: FlowDocument, id: string, change: Partial<FlowNote>): FlowDocument {
  const note = document.notes?.[id];
  return note ? { ...document, notes: { ...document.notes, [id]: { ...note, ...change } } } : document;
}

export function removeNotes(document: FlowDocument, ids: readonly string[]): FlowDocument {
  if (!ids.some((id) => document.notes && id in document.notes)) return document;
  const rest = Object.entries(document.notes ?? {}).filter(([id]) => !ids.includes(id));
  return { ...document, notes: Object.fromEntries(rest) };
}
