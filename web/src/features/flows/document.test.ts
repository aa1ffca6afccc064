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
  type FlowNode,
  type Kinds,
} from './document';
import type { NodeExit, NodeField, NodeKind } from '@/shared/api/types';

const way = (field: string, required = false, shape: NodeExit['shape'] = 'one'): NodeExit => ({
  field,
  shape,
  inner: shape === 'rows' ? 'next' : null,
  required,
});
const setting = (name: string, initial: unknown): NodeField => ({
  name,
  initial,
  shape: 'one',
  type: 'text',
  key_type: null,
  required: initial === null,
  unit: null,
  minimum: null,
  maximum: null,
  max_length: null,
  choices: [],
});
const kind = (type: string, exits: NodeExit[], fields: NodeField[] = []): NodeKind => ({
  type,
  group: 'call',
  icon: 'phone',
  summary: [],
  makes: [],
  fields,
  exits,
});
const list = [
  kind('menu', [way('keys', true, 'map'), way('on_timeout'), way('on_invalid')]),
  kind('queue', [way('on_timeout'), way('after')]),
  kind('play', [way('next', true)], [setting('prompts', []), setting('voice', null)]),
  kind(
    'split',
    [way('branches', true, 'rows')],
    [
      setting('branches', [
        { percent: 50, next: '' },
        { percent: 50, next: '' },
      ]),
    ],
  ),
  kind('answer', [way('next', true)]),
  kind('hang_up', []),
];
const kinds: Kinds = new Map(list.map((one) => [one.type, one]));
const of = (type: string) => kinds.get(type)!;
const ways = (node: FlowNode) => exitsOf(node, kinds).map(({ handle, target }) => ({ handle, target }));

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
    expect(ways(menu.nodes.menu!)).toEqual([
      { handle: 'keys.0', target: 'end' },
      { handle: 'keys.1', target: 'bills' },
      { handle: 'on_timeout', target: null },
      { handle: 'on_invalid', target: 'end' },
    ]);
  });

  it('connects and disconnects', () => {
    const joined = connect(menu, 'menu', 'on_timeout', 'bills', kinds);
    expect(joined.nodes.menu!.on_timeout).toBe('bills');
    expect(connect(joined, 'menu', 'on_timeout', null, kinds).nodes.menu!.on_timeout).toBeNull();
    expect(connect(menu, 'menu', 'keys.1', 'end', kinds).nodes.menu!.keys).toEqual({
      '0': 'end',
      '1': 'end',
    });
    expect(menu.nodes.menu!.on_timeout).toBeNull();
  });

  it('removes nodes together with the ways to them, but never the first', () => {
    const rest = removeNodes(menu, ['end', 'menu'], kinds);
    expect(Object.keys(rest.nodes)).toEqual(['menu', 'bills']);
    expect(rest.nodes.menu!.keys).toEqual({ '0': '', '1': 'bills' });
    expect(rest.nodes.menu!.on_invalid).toBeNull();
    expect(rest.nodes.bills!.on_timeout).toBeNull();
  });

  it('leads the shares of a split', () => {
    const [split, id] = addNode(emptyDocument, of('split'), { x: 0, y: 0 });
    const joined = connect(split, id, 'branches.1', 'hang_up', kinds);
    expect(ways(joined.nodes[id]!)).toEqual([
      { handle: 'branches.0', target: null },
      { handle: 'branches.1', target: 'hang_up' },
    ]);
    expect(removeNodes(joined, ['hang_up'], kinds).nodes[id]!.branches).toEqual([
      { percent: 50, next: '' },
      { percent: 50, next: '' },
    ]);
  });

  it('adds nodes under new names', () => {
    const [one, first] = addNode(emptyDocument, of('play'), { x: 1, y: 2 });
    const [two, second] = addNode(one, of('play'), { x: 1, y: 2 });
    expect([first, second]).toEqual(['play', 'play_2']);
    expect(two.nodes.play).toEqual({
      type: 'play',
      label: '',
      prompts: [],
      next: '',
      position: { x: 1, y: 2 },
    });
    expect(isFlowDocument(two, kinds)).toBe(true);
    expect(isFlowDocument({ start: 'x', nodes: { x: { type: 'unknown' } } }, kinds)).toBe(false);
  });

  it('gives a place to every node', () => {
    const places = placed(menu, kinds);
    expect(places.menu).toEqual({ x: 0, y: 0 });
    expect(places.bills!.x).toBe(places.end!.x);
    expect(places.bills!.y).not.toBe(places.end!.y);
  });
});
