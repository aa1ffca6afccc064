/** The items in the order of these ids; those that are not among them come last, as they came. */
export function inOrder<T extends { id: string }>(items: readonly T[], ids: readonly string[]): T[] {
  const at = new Map(ids.map((id, index) => [id, index]));
  const place = (item: T) => at.get(item.id) ?? ids.length;
  return [...items].sort((a, b) => place(a) - place(b));
}
