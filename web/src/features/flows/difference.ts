/** What is different between two documents: steps, their settings, and where they lead. Pure. */

import { exitsOf, type FlowDocument, type FlowNode, type FlowNote, type Kinds } from './document';

export type Mark = 'added' | 'removed' | 'changed';

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

export interface PartChange {
  mark: Mark;
  fields: FieldChange[];
}

export interface Difference {
  nodes: ReadonlyMap<string, PartChange>;
  notes: ReadonlyMap<string, PartChange>;
  /** The first step before and after, when it is another. */
  start: FieldChange | null;
  /** By `edgeKey`. */
  edges: ReadonlyMap<string, 'added' | 'removed'>;
  /** All steps and notes of both, for the canvas: the later of what is in both. */
  both: FlowDocument;
}

export interface FlowEdge {
  source: string;
  handle: string;
  target: string;
}

export const edgeKey = ({ source, handle, target }: FlowEdge) => `${source} ${handle} ${target}`;

export function edgesOf(document: FlowDocument, kinds: Kinds): FlowEdge[] {
  return Object.entries(document.nodes).flatMap(([source, node]) =>
    exitsOf(node, kinds).flatMap(({ handle, target }) =>
      target !== null && target in document.nodes ? [{ source, handle, target }] : [],
    ),
  );
}

/** One text for equal values, whatever the order of their members. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value as Record<string, unknown>).filter(([, one]) => one !== undefined);
  const sorted = members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join()}}`;
}

/** The node's settings as its kind understands them: what is left out is what a new one has. Its place is none of them. */
export function settings(node: FlowNode, kinds: Kinds): Record<string, unknown> {
  const kind = kinds.get(node.type);
  const known: Record<string, unknown> = { ...node, label: node.label ?? '' };
  delete known.position;
  for (const { name, initial } of kind?.fields ?? []) known[name] ??= initial;
  for (const { field, shape } of kind?.exits ?? []) if (shape === 'one') known[field] ||= null;
  return known;
}

export function sameNode(one: FlowNode | undefined, other: FlowNode | undefined, kinds: Kinds): boolean {
  if (!one || !other) return one === other;
  return one === other || canonical(settings(one, kinds)) === canonical(settings(other, kinds));
}

export function difference(before: FlowDocument, after: FlowDocument, kinds: Kinds): Difference {
  const known = edgesOf(before, kinds);
  const now = edgesOf(after, kinds);
  const keysBefore = new Set(known.map(edgeKey));
  const keysAfter = new Set(now.map(edgeKey));
  const edges = new Map<string, 'added' | 'removed'>();
  for (const key of keysAfter) if (!keysBefore.has(key)) edges.set(key, 'added');
  for (const key of keysBefore) if (!keysAfter.has(key)) edges.set(key, 'removed');
  return {
    nodes: parts(before.nodes, after.nodes, (node) => settings(node, kinds)),
    notes: parts(before.notes ?? {}, after.notes ?? {}, ({ text }: FlowNote) => ({ text })),
    start: before.start === after.start ? null : { field: 'start', before: before.start, after: after.start },
    edges,
    both: {
      ...after,
      nodes: { ...before.nodes, ...after.nodes },
      notes: { ...before.notes, ...after.notes },
    },
  };
}

/** How many things differ. */
export const countOf = ({ nodes, notes, start }: Difference) => nodes.size + notes.size + (start ? 1 : 0);

function parts<T>(
  before: Record<string, T>,
  after: Record<string, T>,
  of: (part: T) => Record<string, unknown>,
): Map<string, PartChange> {
  const found = new Map<string, PartChange>();
  for (const id of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[id], after[id]];
    if (was === is) continue;
    if (was === undefined || is === undefined) {
      found.set(id, { mark: was === undefined ? 'added' : 'removed', fields: [] });
      continue;
    }
    const fields = fieldChanges(of(was), of(is));
    if (fields.length > 0) found.set(id, { mark: 'changed', fields });
  }
  return found;
}

export function fieldChanges(before: Record<string, unknown>, after: Record<string, unknown>): FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => canonical(before[field]) !== canonical(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}
