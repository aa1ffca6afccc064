import { describe, expect, it } from 'vitest';
import type { LayoutSection } from '@/shared/api/types';
import { dropped, itemId, paletteId, sectionId } from './layout';

const fields = (title: string, ...keys: string[]): LayoutSection => ({
  kind: 'fields',
  title,
  items: keys.map((key) => ({ key, label: '' })),
});
const shape = (sections: LayoutSection[]) =>
  sections.map((one) =>
    [one.title, ...(one.kind === 'fields' ? one.items.map(({ key }) => key) : [])].join(' '),
  );
const before: LayoutSection[] = [
  fields('A', 'x', 'y', 'z'),
  fields('B', 'u'),
  { kind: 'contacts', title: 'C' },
];

describe('what is dropped', () => {
  it.each([
    ['a new field at the end of a section', paletteId('n'), sectionId(1), ['A x y z', 'B u n', 'C']],
    ['a new field before another', paletteId('n'), itemId(0, 1), ['A x n y z', 'B u', 'C']],
    ['a field that is there already', paletteId('x'), sectionId(0), ['A x y z', 'B u', 'C']],
    ['a field down in its section', itemId(0, 0), itemId(0, 2), ['A y z x', 'B u', 'C']],
    ['a field up in its section', itemId(0, 2), itemId(0, 0), ['A z x y', 'B u', 'C']],
    ['a field into another section', itemId(0, 1), itemId(1, 0), ['A x z', 'B y u', 'C']],
    ['a field at the end of another', itemId(0, 1), sectionId(1), ['A x z', 'B u y', 'C']],
    ['a field where none may be', itemId(0, 1), sectionId(2), ['A x y z', 'B u', 'C']],
    ['a section after another', sectionId(0), sectionId(1), ['B u', 'A x y z', 'C']],
    ['a section over a field of another', sectionId(2), itemId(0, 1), ['C', 'A x y z', 'B u']],
  ])('%s', (_, active, over, after) => expect(shape(dropped(before, active, over))).toEqual(after));
});
