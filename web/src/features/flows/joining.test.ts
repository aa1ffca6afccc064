// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeExit, NodeKind } from '@/shared/api/types';
import { clipOf, clipText, put, readClip } from './clipboard';
import { countOf, difference, edgesOf } from './difference';
import type { FlowDocument, FlowNode, Kinds } from './document';
import { arranged } from './layout';
import { join } from './merge';
import { noteKey } from './notes';
import { find } from './search';

const way = (field: string, required: boolean, shape: NodeExit['shape'] = 'one'): NodeExit => ({
  field,
  shape,
  inner: null,
  required,
});
const kind = (type: string, exits: NodeExit[], fields: [string, 'one' | 'list'][] = []): NodeKind => ({
  type,
  group: 'call',
  icon: 'phone',
  summary: [],
  makes: [],
  fields: fields.map(([name, shape]) => ({
    name,
    shape,
    initial: shape === 'list' ? [] : null,
    type: 'text',
    key_type: null,
    required: false,
    unit: null,
    minimum: null,
    maximum: null,
    max_length: null,
    choices: [],
  })),
  exits,
});
const kinds: Kinds = new Map(
  [
    kind('answer', [way('next', true)]),
    kind(
      'play',
      [way('next', true)],
      [
        ['prompts', 'list'],
        ['voice', 'one'],
      ],
    ),
    kind('menu', [way('keys', true, 'map'), way('on_timeout', false)], [['prompts', 'list']]),
    kind('hang_up', []),
  ].map((one) => [one.type, one]),
);

const play = (next: string, prompt = 'hello', more: object = {}): FlowNode => ({
  type: 'play',
  label: '',
  prompts: [prompt],
  next,
  ...more,
});
const base: FlowDocument = {
  version: 1,
  start: 'a',
  nodes: {
    a: { type: 'answer', label: '', next: 'b', position: { x: 0, y: 0 } },
    b: play('c', 'hello', { position: { x: 300, y: 0 } }),
    c: { type: 'hang_up', label: '', position: { x: 600, y: 0 } },
  },
};
const having = (document: FlowDocument, nodes: Record<string, FlowNode>): FlowDocument => ({
  ...document,
  nodes: { ...document.nodes, ...nodes },
});
const without = (document: FlowDocument, id: string): FlowDocument => ({
  ...document,
  nodes: Object.fromEntries(Object.entries(document.nodes).filter(([one]) => one !== id)),
});

const ids = ['a', 'b', 'c', 'd', 'e'];
const anyNode = fc.oneof(
  fc.record({
    type: fc.constant('play'),
    label: fc.constantFrom('', 'one', 'two'),
    prompts: fc.array(fc.constantFrom('hello', 'bye'), { maxLength: 2 }),
    next: fc.constantFrom('', ...ids),
    position: fc.record({ x: fc.integer({ min: 0, max: 3 }), y: fc.constant(0) }),
  }),
  fc.record({
    type: fc.constant('menu'),
    label: fc.constantFrom('', 'one'),
    keys: fc.dictionary(fc.constantFrom('1', '2'), fc.constantFrom('', ...ids)),
    on_timeout: fc.constantFrom(null, ...ids),
  }),
);
const anyDocument: fc.Arbitrary<FlowDocument> = fc
  .tuple(fc.dictionary(fc.constantFrom(...ids), anyNode), anyNode, fc.constantFrom('a', 'b'))
  .map(([nodes, first, start]) => ({
    version: 1,
    start,
    nodes: { a: first, b: { type: 'hang_up', label: '' }, ...nodes },
  }));

describe('the difference of two documents', () => {
  it('names steps, settings and ways', () => {
    const after = having(without(base, 'c'), { b: play('d', 'bye'), d: { type: 'hang_up' } });
    const found = difference(base, after, kinds);
    expect([...found.nodes].map(([id, { mark }]) => [id, mark])).toEqual([
      ['b', 'changed'],
      ['c', 'removed'],
      ['d', 'added'],
    ]);
    expect(found.nodes.get('b')?.fields).toEqual([
      { field: 'prompts', before: ['hello'], after: ['bye'] },
      { field: 'next', before: 'c', after: 'd' },
    ]);
    expect([...found.edges]).toEqual([
      ['b next d', 'added'],
      ['b next c', 'removed'],
    ]);
    expect(Object.keys(found.both.nodes)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is none for what a published document says out of its own', () => {
    const published = having(base, { b: { ...base.nodes.b, type: 'play', voice: null, position: null } });
    expect(countOf(difference(base, published, kinds))).toBe(0);
  });

  it('is none with oneself, and turned round the other way', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, (one, other) => {
        expect(countOf(difference(one, one, kinds))).toBe(0);
        const there = difference(one, other, kinds);
        const back = difference(other, one, kinds);
        const turned = { added: 'removed', removed: 'added', changed: 'changed' };
        expect(new Map([...back.nodes].map(([id, { mark }]) => [id, mark]))).toEqual(
          new Map([...there.nodes].map(([id, { mark }]) => [id, turned[mark]])),
        );
      }),
    );
  });
});

describe('joining', () => {
  it('takes what each changed', () => {
    const mine = having(base, { b: play('c', 'bye') });
    const theirs = having(base, { a: { ...base.nodes.a, type: 'answer', label: 'hi' }, d: play('c') });
    const { document, conflicts } = join(base, mine, theirs, kinds);
    expect(conflicts).toEqual([]);
    expect([document.nodes.a?.label, document.nodes.b?.prompts, 'd' in document.nodes]).toEqual([
      'hi',
      ['bye'],
      true,
    ]);
  });

  it('asks where both changed one step, and does as chosen', () => {
    const mine = having(base, { b: play('c', 'bye') });
    const theirs = having(base, { b: play('c', 'good day') });
    const asked = join(base, mine, theirs, kinds);
    expect(asked.conflicts.map(({ key }) => key)).toEqual(['node b']);
    const chosen = join(base, mine, theirs, kinds, new Map([['node b', 'theirs']]));
    expect(chosen.document.nodes.b?.prompts).toEqual(['good day']);
  });

  it('asks when one took out what the other changed, not when one moved what the other changed', () => {
    const taken = without(having(base, { a: { type: 'answer', next: 'c' } }), 'b');
    const changed = having(base, { b: play('c', 'bye') });
    expect(join(base, taken, changed, kinds).conflicts.map(({ key }) => key)).toEqual(['node b']);
    const moved = having(base, { b: { ...base.nodes.b, type: 'play', position: { x: 5, y: 5 } } });
    const { document, conflicts } = join(base, moved, changed, kinds);
    expect(conflicts).toEqual([]);
    expect(document.nodes.b).toMatchObject({ prompts: ['bye'], position: { x: 5, y: 5 } });
  });

  it('keeps a step that one took out while the other newly led to it', () => {
    const taken = without(having(base, { b: play('') }), 'c');
    const led = having(base, { d: play('c') });
    const { document } = join(base, taken, led, kinds);
    expect('c' in document.nodes).toBe(true);
  });

  it('keeps apart what both added under one name, and where each led', () => {
    const mine = having(base, { a: { type: 'answer', next: 'play' }, play: play('b', 'mine') });
    const theirs = having(base, { b: play('play'), play: play('c', 'theirs') });
    const { document, conflicts } = join(base, mine, theirs, kinds);
    expect(conflicts).toEqual([]);
    expect([document.nodes.a?.next, document.nodes.play_2?.prompts]).toEqual(['play_2', ['mine']]);
    expect([document.nodes.b?.next, document.nodes.play?.prompts]).toEqual(['play', ['theirs']]);
  });

  it('has all steps that both added', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, anyDocument, (was, one, other) => {
        const { document } = join(was, one, other, kinds);
        const added = [one, other].map(
          (side) => Object.keys(side.nodes).filter((id) => !(id in was.nodes)).length,
        );
        const there = Object.keys(document.nodes).filter((id) => !(id in was.nodes)).length;
        expect(there).toBe((added[0] ?? 0) + (added[1] ?? 0));
      }),
    );
  });

  it('joins the size of a note as its text', () => {
    const note = { text: 'hi', position: { x: 0, y: 0 }, width: 200, height: 100 };
    const was = { ...base, notes: { n: note } };
    const mine = { ...was, notes: { n: { ...note, width: 600 } } };
    expect(join(was, mine, having(was, { d: play('') }), kinds).document.notes?.n?.width).toBe(600);
  });

  it('loses nothing: alone, together, and in either order', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, anyDocument, (was, one, other) => {
        const alone = join(was, one, was, kinds);
        expect(alone.conflicts).toEqual([]);
        const leftOut = (id: string) => !(id in one.nodes); // put back, as a way leads to it
        const changes = difference(one, alone.document, kinds);
        expect([...changes.nodes].filter(([id]) => !leftOut(id))).toEqual([]);
        const both = join(was, one, other, kinds);
        const turned = join(was, other, one, kinds);
        expect(new Set(turned.conflicts.map(({ key }) => key))).toEqual(
          new Set(both.conflicts.map(({ key }) => key)),
        );
        const unsure = new Set(both.conflicts.map(({ id }) => id));
        for (const id of difference(was, other, kinds).nodes.keys()) {
          if (unsure.has(id)) continue;
          if (id in other.nodes)
            expect(difference(other, both.document, kinds).nodes.get(id)).toBeUndefined();
        }
      }),
    );
  });
});

describe('copy and paste', () => {
  it('takes the chosen steps with the ways between them, under free names', () => {
    const clip = clipOf(base, new Set(['a', 'b']), kinds);
    expect(clip.nodes.b?.next).toBe('');
    const read = readClip(clipText(clip), kinds);
    const [pasted, chosen] = put(base, read!.clip, { x: 40, y: 60 }, kinds)!;
    expect(chosen).toEqual(['a_2', 'b_2']);
    expect(pasted.nodes.a_2).toMatchObject({ next: 'b_2', position: { x: 40, y: 60 } });
    expect(pasted.nodes.b_2).toMatchObject({ next: '', position: { x: 340, y: 60 } });
    expect(pasted.nodes.a).toBe(base.nodes.a);
  });

  it('refuses what is none, leaves out what it does not know, and holds the limit', () => {
    for (const text of ['', 'hello', '{"hujiao-flow-steps":', '{"hujiao-flow-steps":2}', '[]'])
      expect(readClip(text, kinds)).toBeNull();
    const odd = {
      'hujiao-flow-steps': 1,
      nodes: {
        x: { type: 'gone' },
        y: { type: 'play', prompts: 'no list' },
        z: { type: 'menu', keys: [] },
        n: null,
        p: { type: 'play', position: { x: 'far', y: 0 } },
        ok: { type: 'hang_up' },
      },
      notes: { n: { text: 7 } },
    };
    const read = readClip(JSON.stringify(odd), kinds);
    expect(Object.keys(read!.clip.nodes)).toEqual(['ok']);
    expect(Object.keys(read!.clip.notes)).toEqual([]);
    expect(read!.unknown).toBe(5);
    const many = Object.fromEntries(Array.from({ length: 498 }, (_, at) => [`n${String(at)}`, play('')]));
    expect(put(base, { nodes: many, notes: {} }, { x: 0, y: 0 }, kinds)).toBeNull();
  });

  it('never changes what is there, nor leads anywhere outside', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, fc.subarray(ids), (from, into, wanted) => {
        const clip = readClip(clipText(clipOf(from, new Set(wanted), kinds)), kinds)!.clip;
        if (Object.keys(clip.nodes).length === 0) return;
        const [after, added] = put(into, clip, { x: 0, y: 0 }, kinds)!;
        for (const [id, node] of Object.entries(into.nodes)) expect(after.nodes[id]).toBe(node);
        expect(Object.keys(after.nodes).length).toBe(Object.keys(into.nodes).length + added.length);
        for (const { source, target } of edgesOf(after, kinds))
          if (added.includes(source)) expect(added).toContain(target);
      }),
    );
  });
});

it('finds by label, setting, name and note', () => {
  const document: FlowDocument = {
    ...having(base, { b: play('c', 'welcome', { label: 'Greeting' }) }),
    notes: { n: { text: 'ask the bank', position: { x: 0, y: 0 }, width: 200, height: 100 } },
  };
  const keys = (wanted: string) =>
    find(document, wanted, (id) => (id === 'c' ? ['End'] : [])).map(({ key }) => key);
  expect([keys('greet'), keys('WELCOME'), keys('end'), keys('bank'), keys('  '), keys('nothing')]).toEqual([
    ['b'],
    ['b'],
    ['c'],
    [noteKey('n')],
    [],
    [],
  ]);
});

it('arranges 500 steps without one upon another', async () => {
  const nodes = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [
      `n${String(at)}`,
      play(`n${String(Math.floor((at * 7) % 500))}`),
    ]),
  );
  const { nodes: placed } = await arranged({ version: 1, start: 'n0', nodes }, {}, kinds);
  const corners = Object.values(placed).map(
    ({ position }) => `${String(position?.x)} ${String(position?.y)}`,
  );
  expect(new Set(corners).size).toBe(500);
});
