/** Flow document, version 1, and the pure operations of its editor on it. What a node has is said by its kind. */

import type { NodeExit, NodeKind } from '@/shared/api/types';

export interface Position {
  x: number;
  y: number;
}

export interface FlowNode {
  type: string;
  label?: string;
  position?: Position | null;
  [field: string]: unknown;
}

/** What somebody wrote beside the steps; it is not carried out. */
export interface FlowNote {
  text: string;
  position: Position;
  width: number;
  height: number;
}

/** The kinds of nodes that there are, by name, in the palette's order. */
export type Kinds = ReadonlyMap<string, NodeKind>;

export interface FlowDocument {
  version: 1;
  start: string;
  notes?: Record<string, FlowNote>;
  nodes: Record<string, FlowNode>;
}

/** One way out of a node, and where it leads; `fill` is what its name may say. */
export interface Exit {
  handle: string; // `next`, `on_timeout`, `keys.1`, `cases.0`, …
  field: string;
  target: string | null;
  fill: Record<string, unknown>;
}

export const emptyDocument: FlowDocument = {
  version: 1,
  start: 'answer',
  nodes: {
    answer: { type: 'answer', label: '', next: 'hang_up', position: { x: 0, y: 0 } },
    hang_up: { type: 'hang_up', label: '', position: { x: 280, y: 0 } },
  },
};

export function isFlowDocument(value: unknown, kinds: Kinds): value is FlowDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { start, nodes, notes } = value as Partial<FlowDocument>;
  return (
    typeof start === 'string' &&
    typeof nodes === 'object' &&
    Object.values(notes ?? {}).every(isNote) &&
    Object.values(nodes).every((node) => kinds.has((node as Partial<FlowNode>).type ?? ''))
  );
}

export const isPlace = (value: unknown): value is Position =>
  typeof value === 'object' &&
  value !== null &&
  [(value as Position).x, (value as Position).y].every(
    (one) => typeof one === 'number' && Math.abs(one) <= 1e6,
  );

export const isNote = (value: unknown): value is FlowNote => {
  if (typeof value !== 'object' || value === null) return false;
  const { text, position, width, height } = value as Partial<FlowNote>;
  return (
    typeof text === 'string' &&
    isPlace(position) &&
    [width, height].every((one) => typeof one === 'number' && one >= 40 && one <= 2000)
  );
};

export function exitsOf(node: FlowNode, kinds: Kinds): Exit[] {
  return (kinds.get(node.type)?.exits ?? []).flatMap((exit) => waysOf(node, exit));
}

type Row = Record<string, unknown>;
const members = (value: unknown): Row => (typeof value === 'object' && value !== null ? (value as Row) : {});
const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? (value as Row[]) : []);
const leadsTo = (value: unknown) => (typeof value === 'string' && value ? value : null);

function waysOf(node: FlowNode, { field, shape, inner }: NodeExit): Exit[] {
  const value = node[field];
  if (shape === 'map')
    return Object.entries(members(value)).map(([key, target]) => ({
      handle: `${field}.${key}`,
      field,
      target: leadsTo(target),
      fill: { key },
    }));
  if (shape === 'rows')
    return rowsOf(value).map((row, at) => ({
      handle: `${field}.${String(at)}`,
      field,
      target: leadsTo(row[inner ?? 'next']),
      fill: row,
    }));
  return [{ handle: field, field, target: leadsTo(value), fill: {} }];
}

/** Leads a way out to a node, or nowhere. */
export function withExit(node: FlowNode, handle: string, target: string | null, kinds: Kinds): FlowNode {
  const [field = '', part = ''] = handle.split('.');
  const exit = kinds.get(node.type)?.exits.find((one) => one.field === field);
  if (exit?.shape === 'map') return { ...node, [field]: { ...members(node[field]), [part]: target ?? '' } };
  if (exit?.shape === 'rows')
    return {
      ...node,
      [field]: rowsOf(node[field]).map((row, at) =>
        at === Number(part) ? { ...row, [exit.inner ?? 'next']: target ?? '' } : row,
      ),
    };
  // The ways that a document may leave out are null, the others must lead somewhere and say so when checked.
  return { ...node, [field]: target ?? (exit?.required ? '' : null) };
}

export function patchNode(document: FlowDocument, id: string, change: Partial<FlowNode>): FlowDocument {
  const node = document.nodes[id];
  return node ? { ...document, nodes: { ...document.nodes, [id]: { ...node, ...change } } } : document;
}

export function connect(
  document: FlowDocument,
  source: string,
  handle: string,
  target: string | null,
  kinds: Kinds,
): FlowDocument {
  const node = document.nodes[source];
  return node
    ? { ...document, nodes: { ...document.nodes, [source]: withExit(node, handle, target, kinds) } }
    : document;
}

export function newNode({ type, fields, exits }: NodeKind): FlowNode {
  const node: FlowNode = { type, label: '' };
  for (const { name, initial } of fields) if (initial !== null) node[name] = structuredClone(initial);
  for (const { field, shape, required } of exits) if (shape === 'one' && required) node[field] = '';
  return node;
}

/** The name itself, or the first with a number behind it, that is not taken. */
export function freeName(name: string, taken: object): string {
  let free = name;
  for (let number = 2; free in taken; number += 1) free = `${name}_${String(number)}`;
  return free;
}

export function addNode(document: FlowDocument, kind: NodeKind, position: Position): [FlowDocument, string] {
  const id = freeName(kind.type, document.nodes);
  return [{ ...document, nodes: { ...document.nodes, [id]: { ...newNode(kind), position } } }, id];
}

/** Takes nodes out; ways that led to them lead nowhere. The first node stays. */
export function removeNodes(document: FlowDocument, ids: string[], kinds: Kinds): FlowDocument {
  const gone = new Set(ids.filter((id) => id !== document.start));
  const nodes: Record<string, FlowNode> = {};
  for (const [id, node] of Object.entries(document.nodes)) {
    if (gone.has(id)) continue;
    nodes[id] = exitsOf(node, kinds)
      .filter((exit) => exit.target !== null && gone.has(exit.target))
      .reduce((changed, exit) => withExit(changed, exit.handle, null, kinds), node);
  }
  return { ...document, nodes };
}

const columnWidth = 280;
const rowHeight = 190;

/** Gives a place to nodes that have none: column by distance from the start, row by order of arrival. */
export function placed(document: FlowDocument, kinds: Kinds): Record<string, Position> {
  const places: Record<string, Position> = {};
  const depth = new Map<string, number>([[document.start, 0]]);
  const waiting = [document.start];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const node = document.nodes[id];
    if (!node) continue;
    for (const { target } of exitsOf(node, kinds)) {
      if (target === null || depth.has(target) || !(target in document.nodes)) continue;
      depth.set(target, (depth.get(id) ?? 0) + 1);
      waiting.push(target);
    }
  }
  const rows = new Map<number, number>();
  for (const [id, node] of Object.entries(document.nodes)) {
    const column = depth.get(id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    places[id] = node.position ?? { x: column * columnWidth, y: row * rowHeight };
  }
  return places;
}
