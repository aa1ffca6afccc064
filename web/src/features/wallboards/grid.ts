/** The grid that fills a board's screen. */
export const columns = 12;
export const rows = 8;

export interface Box {
  id: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

export const overlap = (one: Box, other: Box) =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;

/** Whether the box may lie there beside the others. */
export const fits = (boxes: readonly Box[], box: Box) =>
  box.x >= 0 &&
  box.y >= 0 &&
  box.x + box.w <= columns &&
  box.y + box.h <= rows &&
  !boxes.some((one) => one.id !== box.id && overlap(one, box));

const within = <T extends Box>(box: T): T => ({
  ...box,
  x: clamp(box.x, 0, columns - box.w),
  y: clamp(box.y, 0, rows - box.h),
});

const withBox = <T extends Box>(boxes: readonly T[], ...changed: T[]): T[] =>
  boxes.map((one) => changed.find(({ id }) => id === one.id) ?? one);

/** The boxes with this one at that place, on the grid still. One that lies there changes places with it, if both then
 *  fit; null when they do not. */
export function moved<T extends Box>(boxes: readonly T[], id: string, x: number, y: number): T[] | null {
  const box = boxes.find((one) => one.id === id);
  if (!box) return null;
  const there = within({ ...box, x, y });
  if (fits(boxes, there)) return withBox(boxes, there);
  const [under, ...more] = boxes.filter((one) => one.id !== id && overlap(one, there));
  if (!under || more.length > 0) return null;
  const other = within({ ...under, x: box.x, y: box.y });
  const both = withBox(boxes, there, other);
  return fits(both, there) && fits(both, other) ? both : null;
}

/** The boxes with this one of that size; null when another is in the way. */
export function resized<T extends Box>(boxes: readonly T[], id: string, w: number, h: number): T[] | null {
  const box = boxes.find((one) => one.id === id);
  if (!box) return null;
  const grown = { ...box, w: clamp(w, 1, columns - box.x), h: clamp(h, 1, rows - box.y) };
  return fits(boxes, grown) ? withBox(boxes, grown) : null;
}

/** Where a new box of at most this size has room, the nearest place to the wished one; null when the board is full. */
export function freePlace(
  boxes: readonly Box[],
  size: { w: number; h: number },
  wished: { x: number; y: number } = { x: 0, y: 0 },
): Omit<Box, 'id'> | null {
  for (let { w, h } = size; w > 0 && h > 0; w > h ? (w -= 1) : (h -= 1)) {
    let best: Omit<Box, 'id'> | null = null;
    let nearest = Infinity;
    for (let y = 0; y + h <= rows; y += 1)
      for (let x = 0; x + w <= columns; x += 1) {
        const distance = Math.abs(x - wished.x) + Math.abs(y - wished.y) * columns;
        if (distance < nearest && fits(boxes, { id: '', x, y, w, h })) {
          best = { x, y, w, h };
          nearest = distance;
        }
      }
    if (best) return best;
  }
  return null;
}

/** Where an arrow key leads. */
export function stepOf(key: string): { x: number; y: number } | null {
  switch (key) {
    case 'ArrowLeft':
      return { x: -1, y: 0 };
    case 'ArrowRight':
      return { x: 1, y: 0 };
    case 'ArrowUp':
      return { x: 0, y: -1 };
    case 'ArrowDown':
      return { x: 0, y: 1 };
    default:
      return null;
  }
}
