import type { LayoutSection, ShownSection } from '@/shared/api/types';

/** What is dragged, and where it is let go: a field of the palette, a section, or a field in one. By `:`-separated ids,
 *  because that is what the drag and drop library knows. */
export const paletteId = (key: string) => `new:${key}`;
export const sectionId = (section: number) => `section:${section}`;
export const itemId = (section: number, item: number) => `item:${section}:${item}`;

interface Place {
  kind: string;
  section: number;
  item: number | null;
  key: string;
}

function placeOf(id: string): Place {
  const [kind = '', first = '', second] = id.split(':');
  return { kind, section: Number(first), item: second === undefined ? null : Number(second), key: first };
}

/** The sections after something was dropped: a new field is put in, a field or a section is moved. Anything else, and a
 *  field where the section has it already, changes nothing. */
export function dropped(sections: LayoutSection[], active: string, over: string): LayoutSection[] {
  const from = placeOf(active);
  const to = placeOf(over);
  if (from.kind === 'section') return moved(sections, from.section, to.section);
  const target = sections[to.section];
  if (target?.kind !== 'fields') return sections;
  const items = target.items;
  if (from.kind === 'new') {
    const added = { key: from.key, label: '' };
    if (items.some(({ key }) => key === from.key)) return sections;
    return withItems(sections, to.section, inserted(items, to.item ?? items.length, added));
  }
  const source = sections[from.section];
  const item = source?.kind === 'fields' && from.item !== null ? source.items[from.item] : undefined;
  if (source?.kind !== 'fields' || !item || from.item === null) return sections;
  if (from.section === to.section)
    return withItems(sections, to.section, moved(items, from.item, to.item ?? items.length - 1));
  if (items.some(({ key }) => key === item.key)) return sections;
  const without = withItems(
    sections,
    from.section,
    source.items.filter((_, at) => at !== from.item),
  );
  return withItems(without, to.section, inserted(items, to.item ?? items.length, item));
}

function moved<T>(list: T[], from: number, to: number): T[] {
  const rest = list.filter((_, at) => at !== from);
  const one = list[from];
  return one === undefined ? list : inserted(rest, to, one);
}

const inserted = <T>(list: T[], at: number, one: T): T[] => [...list.slice(0, at), one, ...list.slice(at)];

type Items = Extract<LayoutSection, { kind: 'fields' }>['items'];

export const withItems = (sections: LayoutSection[], at: number, items: Items): LayoutSection[] =>
  sections.map((section, place) =>
    place === at && section.kind === 'fields' ? { ...section, items } : section,
  );

/** The sections as they would be shown of a call, with example values. */
export const asShown = (sections: LayoutSection[], example: (key: string) => string): ShownSection[] =>
  sections.map((section) => ({
    kind: section.kind,
    title: section.title,
    items:
      section.kind === 'fields' || section.kind === 'source'
        ? section.items.map(({ key, label }) => ({ key, label, value: example(key) }))
        : [],
    columns: section.kind === 'source' ? section.columns : [],
    source_id: null,
    call_backs: [],
  }));
