import { describe, expect, it } from 'vitest';
import { columns, fits, freePlace, moved, resized, rows, stepOf, type Box } from './grid';

const box = (id: string, x: number, y: number, w = 2, h = 2): Box => ({ id, x, y, w, h });
const at = (boxes: Box[] | null, id: string) => {
  const found = boxes?.find((one) => one.id === id);
  return found ? [found.x, found.y, found.w, found.h] : null;
};

describe('the grid of a board', () => {
  const boxes = [box('a', 0, 0), box('b', 2, 0), box('c', 0, 2, 4, 2)];

  it('moves a tile to a free place and keeps it on the board', () => {
    expect(at(moved(boxes, 'a', 6, 3), 'a')).toEqual([6, 3, 2, 2]);
    expect(at(moved(boxes, 'a', 99, 99), 'a')).toEqual([columns - 2, rows - 2, 2, 2]);
  });

  it('lets two tiles change places, when both have room', () => {
    const swapped = moved(boxes, 'a', 2, 0);
    expect([at(swapped, 'a'), at(swapped, 'b')]).toEqual([
      [2, 0, 2, 2],
      [0, 0, 2, 2],
    ]);
    expect(moved(boxes, 'a', 1, 1)).toBeNull();
  });

  it('changes a size as far as there is room', () => {
    expect(at(resized(boxes, 'b', 4, 2), 'b')).toEqual([2, 0, 4, 2]);
    expect(resized(boxes, 'a', 3, 2)).toBeNull();
    expect(at(resized(boxes, 'b', 99, 1), 'b')).toEqual([2, 0, columns - 2, 1]);
    expect(at(resized(boxes, 'b', 0, 0), 'b')).toEqual([2, 0, 1, 1]);
  });

  it('finds the nearest free place, and a smaller one when there is no other', () => {
    expect(freePlace(boxes, { w: 3, h: 2 })).toEqual({ x: 4, y: 0, w: 3, h: 2 });
    expect(freePlace(boxes, { w: 3, h: 2 }, { x: 8, y: 5 })).toEqual({ x: 8, y: 5, w: 3, h: 2 });
    const full = [box('a', 0, 0, columns, rows - 1), box('b', 0, rows - 1, columns - 2, 1)];
    expect(freePlace(full, { w: 3, h: 3 })).toEqual({ x: columns - 2, y: rows - 1, w: 2, h: 1 });
    expect(freePlace([box('a', 0, 0, columns, rows)], { w: 1, h: 1 })).toBeNull();
  });

  it('knows what fits, and the arrows', () => {
    expect(fits(boxes, box('d', 11, 0))).toBe(false);
    expect(stepOf('ArrowUp')).toEqual({ x: 0, y: -1 });
    expect(stepOf('a')).toBeNull();
  });
});
