/** Joins what two people made of one document, step by step. Pure. */

import type { FlowDocument, FlowNode, FlowNote, Kinds, Position } from './document';
import { canonical, sameNode } from './difference';
import { exitsOf, freeName } from './document';
import { led } from './clipboard';

export type Side = 'mine' | 'theirs';

/** A step or note that both changed, each in another way; null: taken out. `start`: which step is the first. */
export type Conflict =
  | { key: string; of: 'node'; id: string; mine: FlowNode | null; theirs: FlowNode | null }
  | { key: string; of: 'note'; id: string; mine: FlowNote | null; theirs: FlowNote | null }
  | { key: string; of: 'start'; id: 'start'; mine: string; theirs: string };

export interface Joined {
  document: FlowDocument;
  conflicts: Conflict[];
}

/**
 * What one of them changed since `base` is taken; what both changed alike, too. What both changed differently is a
 * conflict: there `chosen` decides by the conflict's key, mine where it says nothing. A place on the canvas is never one.
 */
export function join(
  base: FlowDocument,
  mine: FlowDocument,
  theirs: FlowDocument,
  kinds: Kinds,
  chosen: ReadonlyMap<string, Side> = new Map(),
): Joined {
  const conflicts: Conflict[] = [];
  mine = apart(base, mine, theirs, kinds);
  const nodes = merged<FlowNode>(base.nodes, mine.nodes, theirs.nodes, {
    same: (one, other) => sameNode(one, other, kinds),
    place: (node, position) => ({ ...node, position }),
    decide: (id, own, other) => {
      const key = `node ${id}`;
      conflicts.push({ key, of: 'node', id, mine: own ?? null, theirs: other ?? null });
      return chosen.get(key) ?? 'mine';
    },
  });
  const notes = merged<FlowNote>(base.notes ?? {}, mine.notes ?? {}, theirs.notes ?? {}, {
    same: (one, other) =>
      !one === !other &&
      one?.text === other?.text &&
      one?.width === other?.width &&
      one?.height === other?.height,
    place: (note, position) => ({ ...note, position: position ?? note.position }),
    decide: (id, own, other) => {
      const key = `note ${id}`;
      conflicts.push({ key, of: 'note', id, mine: own ?? null, theirs: other ?? null });
      return chosen.get(key) ?? 'mine';
    },
  });
  let start = mine.start === base.start ? theirs.start : mine.start;
  if (mine.start !== base.start && theirs.start !== base.start && mine.start !== theirs.start) {
    conflicts.push({ key: 'start', of: 'start', id: 'start', mine: mine.start, theirs: theirs.start });
    start = (chosen.get('start') ?? 'mine') === 'mine' ? mine.start : theirs.start;
  }
  const kept = stillWanted(nodes, start, [mine, theirs, base], kinds);
  const document: FlowDocument = { ...base, start, nodes: kept };
  if (Object.keys(notes).length > 0 || base.notes) document.notes = notes;
  return { document, conflicts };
}

/** Mine, with free names for what both added under the same one: that is never the same step or note. */
function apart(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument, kinds: Kinds): FlowDocument {
  const named = (was: object, own: object, other: object) => {
    const taken = { ...was, ...own, ...other };
    const both = Object.keys(own).filter((id) => !(id in was) && id in other);
    return new Map(
      both.map((id) => {
        const free = freeName(id.replace(/_\d+$/, ''), taken);
        Object.assign(taken, { [free]: true });
        return [id, free];
      }),
    );
  };
  const renamed = <T>(parts: Record<string, T>, names: ReadonlyMap<string, string>): Record<string, T> =>
    Object.fromEntries(Object.entries(parts).map(([id, part]) => [names.get(id) ?? id, part]));
  const steps = named(base.nodes, mine.nodes, theirs.nodes);
  const notes = named(base.notes ?? {}, mine.notes ?? {}, theirs.notes ?? {});
  if (steps.size === 0 && notes.size === 0) return mine;
  const nodes = Object.fromEntries(
    Object.entries(mine.nodes).map(([id, node]) => [
      id,
      exitsOf(node, kinds).some(({ target }) => steps.has(target ?? ''))
        ? led(node, (target) => steps.get(target) ?? target, kinds)
        : node,
    ]),
  );
  return {
    ...mine,
    start: steps.get(mine.start) ?? mine.start,
    nodes: renamed(nodes, steps),
    ...(mine.notes ? { notes: renamed(mine.notes, notes) } : {}),
  };
}

interface Way<T> {
  same: (one: T | undefined, other: T | undefined) => boolean;
  place: (part: T, position: Position | null | undefined) => T;
  decide: (id: string, mine: T | undefined, theirs: T | undefined) => Side;
}

function merged<T extends { position?: Position | null }>(
  base: Record<string, T>,
  mine: Record<string, T>,
  theirs: Record<string, T>,
  { same, place, decide }: Way<T>,
): Record<string, T> {
  const result: Record<string, T> = {};
  for (const id of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, own, other] = [base[id], mine[id], theirs[id]];
    let taken = own;
    if (same(own, was)) taken = other;
    else if (!same(other, was) && !same(own, other) && decide(id, own, other) === 'theirs') taken = other;
    if (!taken) continue;
    const moved = canonical(own?.position) !== canonical(was?.position);
    const placed = (moved ? own : other)?.position ?? taken.position;
    result[id] = placed === taken.position ? taken : place(taken, placed);
  }
  return result;
}

/** The nodes, with those that one of them took out while the other newly led to them. */
function stillWanted(
  nodes: Record<string, FlowNode>,
  start: string,
  sources: FlowDocument[],
  kinds: Kinds,
): Record<string, FlowNode> {
  const result = { ...nodes };
  const waiting = [start, ...Object.values(nodes).flatMap((node) => targets(node, kinds))];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id in result) continue;
    const wanted = id;
    const found = sources.find((one) => wanted in one.nodes)?.nodes[wanted];
    if (!found) continue;
    result[wanted] = found;
    waiting.push(...targets(found, kinds));
  }
  return result;
}

const targets = (node: FlowNode, kinds: Kinds) =>
  exitsOf(node, kinds).flatMap(({ target }) => (target === null ? [] : [target]));
