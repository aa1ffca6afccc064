// @vitest-environment node
import { describe, expect, it } from 'vitest';
import {
  addNode,
  connect,
  emptyDocument,
  exitsOf,
  isFlowDocument,
  placed,
  removeNodes,
  type FlowDocument,
} from './document';

const menu: FlowDocument = {
  version: 1,
  start: 'menu',
  nodes: {
    menu: {
      type: 'menu',
      prompts: ['main'],
      keys: { '1': 'bills', '0': 'end' },
      on_timeout: null,
      on_invalid: 'end',
    },
    bills: { type: 'queue', queue: 'q', on_timeout: 'end', after: null },
    end: { type: 'hang_up' },
  },
};

describe('the flow document', () => {
  it('lists every way out', () => {
    expect(exitsOf(menu.nodes.menu!)).toEqual([
      { handle: 'keys.0', target: 'end' },
      { handle: 'keys.1', target: 'bills' },
      { handle: 'on_timeout', target: null },
      { handle: 'on_invalid', target: 'end' },
    ]);
  });

  it('connects and disconnects', () => {
    const joined = connect(menu, 'menu', 'on_timeout', 'bills');
    expect(joined.nodes.menu!.on_timeout).toBe('bills');
    expect(connect(joined, 'menu', 'on_timeout', null).nodes.menu!.on_timeout).toBeNull();
    expect(connect(menu, 'menu', 'keys.1', 'end').nodes.menu!.keys).toEqual({ '0': 'end', '1': 'end' });
    expect(menu.nodes.menu!.on_timeout).toBeNull();
  });

  it('removes nodes together with the ways to them, but never the first', () => {
    const rest = removeNodes(menu, ['end', 'menu']);
    expect(Object.keys(rest.nodes)).toEqual(['menu', 'bills']);
    expect(rest.nodes.menu!.keys).toEqual({ '0': '', '1': 'bills' });
    expect(rest.nodes.menu!.on_invalid).toBeNull();
    expect(rest.nodes.bills!.on_timeout).toBeNull();
  });

  it('leads the shares of a split', () => {
    const [split, id] = addNode(emptyDocument, 'split', { x: 0, y: 0 });
    const joined = connect(split, id, 'branches.1', 'hang_up');
    expect(exitsOf(joined.nodes[id]!)).toEqual([
      { handle: 'branches.0', target: null },
      { handle: 'branches.1', target: 'hang_up' },
    ]);
    expect(removeNodes(joined, ['hang_up']).nodes[id]!.branches?.map((one) => one.next)).toEqual(['', '']);
  });

  it('adds nodes under new names', () => {
    const [one, first] = addNode(emptyDocument, 'play', { x: 1, y: 2 });
    const [two, second] = addNode(one, 'play', { x: 1, y: 2 });
    expect([first, second]).toEqual(['play', 'play_2']);
    expect(isFlowDocument(two)).toBe(true);
    expect(isFlowDocument({ start: 'x', nodes: { x: { type: 'unknown' } } })).toBe(false);
  });

  it('gives a place to every node', () => {
    const places = placed(menu);
    expect(places.menu).toEqual({ x: 0, y: 0 });
    expect(places.bills!.x).toBe(places.end!.x);
    expect(places.bills!.y).not.toBe(places.end!.y);
  });
});
