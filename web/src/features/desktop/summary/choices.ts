import type { Disposition, NoteTemplate } from '@/shared/api/types';

export interface Choice {
  value: string;
  title: string;
  /** With those above it: what the field shows of the chosen one. */
  path: string;
  /** What typing looks in; empty: it is not found by typing. */
  search: string;
  selectable: boolean;
  children: Choice[];
}

/** A result under *recent* has a value of its own; this is whose it is. */
export const resultOf = (value: string) => value.replace(/^recent:/, '');

/** The result and those above it, from the top. */
export function lineOf(dispositions: Disposition[], id: string | undefined): Disposition[] {
  const found: Disposition[] = [];
  let above = dispositions.find((one) => one.id === id);
  while (above && !found.includes(above)) {
    found.unshift(above);
    const parent = above.parent_id;
    above = dispositions.find((one) => one.id === parent);
  }
  return found;
}

const pathOf = (dispositions: Disposition[], id: string) =>
  lineOf(dispositions, id)
    .map((one) => one.name)
    .join(' / ');

/** The tree to choose from, what was chosen last on top. The tops of an offered part stand where roots do. */
export function choices(dispositions: Disposition[], recent: string[], recentTitle: string): Choice[] {
  const known = new Set(dispositions.map((one) => one.id));
  const below = (parent: string | null): Choice[] =>
    dispositions
      .filter((one) => (one.parent_id && known.has(one.parent_id) ? one.parent_id : null) === parent)
      .map((one) => {
        const children = below(one.id);
        const path = pathOf(dispositions, one.id);
        return {
          value: one.id,
          title: one.name,
          path,
          search: searchable(path),
          selectable: children.length === 0,
          children,
        };
      });
  const tree = below(null);
  const leaves = flat(tree).filter((one) => one.selectable);
  const last = recent.flatMap((id) => leaves.filter((one) => one.value === id));
  if (last.length === 0 || leaves.length <= last.length) return tree;
  const group = last.map((one) => ({ ...one, value: `recent:${one.value}`, title: one.path, search: '' }));
  return [
    { value: 'recent', title: recentTitle, path: '', search: '', selectable: false, children: group },
    ...tree,
  ];
}

const flat = (tree: Choice[]): Choice[] => tree.flatMap((one) => [one, ...flat(one.children)]);

/** The values of all that have something below them. */
export const branches = (tree: Choice[]) =>
  flat(tree)
    .filter((one) => one.children.length > 0)
    .map((one) => one.value);

const searchable = (text: string) => `${text} ${initials(text)}`.toLowerCase();

export const matches = (typed: string, choice: { search?: string }) =>
  (choice.search ?? '').includes(typed.trim().toLowerCase());

/** What typing leaves to choose from: no headings, so the first is the first that can be chosen. */
export const found = (tree: Choice[], typed: string): Choice[] =>
  flat(tree)
    .filter((one) => one.selectable && matches(typed, one))
    .map((one) => ({ ...one, title: one.path }));

// The first character of each letter in the order of Pinyin; none begins with i, u or v.
const boundaries = Array.from('阿八嚓咑妸发旮哈讥咔垃妈拏噢妑七呥仨他屲夕丫帀');
const letters = Array.from('abcdefghjklmnopqrstwxyz');
const byPinyin = new Intl.Collator('zh-CN-u-co-pinyin');

/** The initials of the Pinyin of Chinese characters, by which they are found as they are typed: 投诉 → ts. */
export function initials(text: string): string {
  return Array.from(text)
    .map((character) => {
      if (!/\p{Script=Han}/u.test(character)) return '';
      const at = boundaries.findLastIndex((first) => byPinyin.compare(first, character) <= 0);
      return letters[at] ?? '';
    })
    .join('');
}

/** Templates that fit the chosen result: those for all, and those of it or of one above it. */
export function fitting(templates: NoteTemplate[], dispositions: Disposition[], chosen: string | undefined) {
  const line = new Set(lineOf(dispositions, chosen).map((one) => one.id));
  return templates.filter((one) => one.disposition_id === null || line.has(one.disposition_id ?? ''));
}

export type Places = Record<'customer' | 'number' | 'queue' | 'agent' | 'date' | 'time', string>;

export const filled = (text: string, places: Places) =>
  text.replace(/\{(\w+)\}/g, (place, name: string) =>
    name in places ? places[name as keyof Places] : place,
  );

/** The note with the template in place of `/key` before the caret, and where the caret is then; null: there is none. */
export function expanded(
  note: string,
  caret: number,
  templates: NoteTemplate[],
  places: Places,
): { note: string; caret: number } | null {
  const key = /(?:^|\s)\/(\S+)$/.exec(note.slice(0, caret))?.[1];
  const template = templates.find((one) => one.shortcut === key);
  if (!key || !template) return null;
  const before = note.slice(0, caret - key.length - 1) + filled(template.text, places);
  return { note: before + note.slice(caret), caret: before.length };
}
