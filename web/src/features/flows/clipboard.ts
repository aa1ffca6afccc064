/** Steps and notes as text for the system's clipboard, and back. What is pasted is looked at before it is taken. Pure. */

import {
  exitsOf,
  freeName,
  isNote,
  isPlace,
  withExit,
  type FlowDocument,
  type FlowNode,
  type FlowNote,
  type Kinds,
  type Position,
} from './document';
import { longestNote, mostNotes, noteKey } from './notes';

export const mostNodes = 500;
const largest = 2_000_000; // characters
const sign = 'hujiao-flow-steps';

export interface Clip {
  nodes: Record<string, FlowNode>;
  notes: Record<string, FlowNote>;
}

/** What is chosen, with the ways between the chosen steps; the others lead nowhere. */
export function clipOf(document: FlowDocument, chosen: ReadonlySet<string>, kinds: Kinds): Clip {
  const nodes: Clip['nodes'] = {};
  for (const [id, node] of Object.entries(document.nodes))
    if (chosen.has(id)) nodes[id] = led(node, (target) => (chosen.has(target) ? target : null), kinds);
  const notes = Object.entries(document.notes ?? {}).filter(([id]) => chosen.has(noteKey(id)));
  return { nodes, notes: Object.fromEntries(notes) };
}

export const clipText = ({ nodes, notes }: Clip) => JSON.stringify({ [sign]: 1, nodes, notes });

/** What the text holds; null when it is no steps of ours. Steps of an unknown kind are counted and left out. */
export function readClip(text: string, kinds: Kinds): { clip: Clip; unknown: number } | null {
  if (text.length > largest || !text.includes(sign)) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(parsed) || parsed[sign] !== 1) return null;
  const found = Object.entries(isObject(parsed.nodes) ? parsed.nodes : {});
  const nodes = found.filter((one): one is [string, FlowNode] => isNode(one[1], kinds));
  const notes = Object.entries(isObject(parsed.notes) ? parsed.notes : {}).filter(
    (one): one is [string, FlowNote] => isNote(one[1]) && one[1].text.length <= longestNote,
  );
  return {
    clip: { nodes: Object.fromEntries(nodes), notes: Object.fromEntries(notes) },
    unknown: found.length - nodes.length,
  };
}

/**
 * Puts a clip into the document under free names, its upper left corner at `at`; answers what is chosen now. Null: there
 * would be too many.
 */
export function put(
  document: FlowDocument,
  clip: Clip,
  at: Position,
  kinds: Kinds,
): [FlowDocument, string[]] | null {
  const nodes = { ...document.nodes };
  const notes = { ...document.notes };
  const named = new Map<string, string>();
  for (const id of Object.keys(clip.nodes)) {
    const free = freeName(id.replace(/_\d+$/, '').slice(0, 56) || 'step', nodes);
    named.set(id, free);
    nodes[free] = { type: '' };
  }
  const places = [...Object.values(clip.nodes), ...Object.values(clip.notes)].map(placeOf);
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  const moved = (part: { position?: Position | null }) => {
    const { x, y } = placeOf(part);
    return { x: Math.round(x - left + at.x), y: Math.round(y - top + at.y) };
  };
  for (const [id, node] of Object.entries(clip.nodes)) {
    const changed = led(node, (target) => named.get(target) ?? null, kinds);
    nodes[named.get(id) ?? id] = { ...structuredClone(changed), position: moved(node) };
  }
  const added = Object.values(clip.notes).map((note) => {
    const free = freeName('note', notes);
    notes[free] = { ...note, position: moved(note) };
    return noteKey(free);
  });
  if (Object.keys(nodes).length > mostNodes || Object.keys(notes).length > mostNotes) return null;
  return [{ ...document, nodes, notes }, [...named.values(), ...added]];
}

/** Where the upper left corner of what is chosen is. */
export function cornerOf({ nodes, notes }: Clip): Position {
  const places = [...Object.values(nodes), ...Object.values(notes)].map(placeOf);
  return { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
}

const placeOf = ({ position }: { position?: Position | null }) => position ?? { x: 0, y: 0 };

export function led(node: FlowNode, lead: (target: string) => string | null, kinds: Kinds): FlowNode {
  return exitsOf(node, kinds).reduce(
    (changed, { handle, target }) =>
      target === null ? changed : withExit(changed, handle, lead(target), kinds),
    node,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of a kind that there is, and each field of the shape that the kind says: the rest is the check's to tell. */
function isNode(value: unknown, kinds: Kinds): boolean {
  if (!isObject(value) || typeof value.type !== 'string') return false;
  const kind = kinds.get(value.type);
  if (!kind || (value.position != null && !isPlace(value.position))) return false;
  if (value.label != null && typeof value.label !== 'string') return false;
  const shapes = [
    ...kind.fields.map(({ name, shape }) => [name, shape] as const),
    ...kind.exits.map(({ field, shape }) => [field, shape] as const),
  ];
  return shapes.every(([name, shape]) => {
    const one = value[name];
    if (one === undefined || one === null) return true;
    if (shape === 'map') return isObject(one);
    if (shape === 'rows') return Array.isArray(one) && one.every(isObject);
    if (shape === 'list') return Array.isArray(one) && one.every((member) => typeof member === 'string');
    return typeof one !== 'object';
  });
}
