import { useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import type { Tile } from '@/shared/api/types';
import { columns, freePlace, moved, resized, rows, stepOf } from './grid';
import { freshTile, sizeOf } from './tiles';
import type { TileKind } from './values';

const deepest = 100;
const startsAfter = 5; // pixels: less is a click

export interface Arranging {
  tiles: Tile[];
  dirty: boolean;
  chosen: Tile | null;
  choose: (id: string | null) => void;
  change: (tiles: Tile[]) => void;
  undo: (() => void) | null;
  saved: () => void;
  /** Puts a new tile where it has room, near the wished cell; false when there is none. */
  add: (kind: TileKind, text: string, wished?: { x: number; y: number }) => boolean;
  /** Whether the click that comes now is only the end of a drag from the palette. */
  endsDrag: () => boolean;
  remove: (id: string) => void;
  drag: (id: string, how: 'move' | 'size') => (event: PointerEvent<HTMLElement>) => void;
  byKey: (id: string) => (event: KeyboardEvent<HTMLElement>) => void;
  /** Takes a kind from the palette; where it is let go over the board it becomes a tile. A click is no drag. */
  carry: (kind: TileKind, text: string) => (event: PointerEvent<HTMLElement>) => void;
  carried: { kind: TileKind; x: number; y: number } | null;
}

/** A board's tiles while they are arranged, by the pointer or by keys: each act can be undone. */
export function useArranging(first: Tile[], surface: RefObject<HTMLElement | null>): Arranging {
  const [tiles, setTiles] = useState(first);
  const [past, setPast] = useState<Tile[][]>([]);
  const [kept, setKept] = useState(first);
  const [chosenId, choose] = useState<string | null>(null);
  const [carried, setCarried] = useState<Arranging['carried']>(null);
  const number = useRef(0);
  const wasCarried = useRef(false);

  const change = (next: Tile[]) => {
    setPast([...past.slice(-deepest), tiles]);
    setTiles(next);
  };
  const cellAt = (x: number, y: number) => {
    const box = surface.current?.getBoundingClientRect();
    if (!box || x < box.left || x > box.right || y < box.top || y > box.bottom) return null;
    return {
      x: Math.min(columns - 1, Math.floor(((x - box.left) / box.width) * columns)),
      y: Math.min(rows - 1, Math.floor(((y - box.top) / box.height) * rows)),
    };
  };
  const add: Arranging['add'] = (kind, text, wished) => {
    const place = freePlace(tiles, sizeOf(kind), wished);
    if (!place) return false;
    const used = new Set(tiles.map(({ id }) => id));
    do number.current += 1;
    while (used.has(`t${String(number.current)}`));
    const id = `t${String(number.current)}`;
    change([...tiles, freshTile(kind, { id, ...place }, text)]);
    choose(id);
    return true;
  };
  const remove = (id: string) => {
    change(tiles.filter((one) => one.id !== id));
    choose(null);
  };
  const drag: Arranging['drag'] = (id, how) => (event) => {
    const box = surface.current?.getBoundingClientRect();
    const tile = tiles.find((one) => one.id === id);
    if (!box || !tile || event.button !== 0) return;
    event.stopPropagation();
    choose(id);
    const from = { x: event.clientX, y: event.clientY };
    const before = tiles;
    let now = tiles;
    follow(
      event,
      (at) => {
        const x = Math.round(((at.clientX - from.x) / box.width) * columns);
        const y = Math.round(((at.clientY - from.y) / box.height) * rows);
        const next =
          how === 'move'
            ? moved(before, id, tile.x + x, tile.y + y)
            : resized(before, id, tile.w + x, tile.h + y);
        if (!next) return;
        now = next;
        setTiles(next);
      },
      () => {
        if (now !== before) setPast([...past.slice(-deepest), before]);
      },
    );
  };
  const byKey: Arranging['byKey'] = (id) => (event) => {
    if (event.target !== event.currentTarget) return;
    const tile = tiles.find((one) => one.id === id);
    if (!tile) return;
    if (event.key === 'Delete' || event.key === 'Backspace') remove(id);
    else {
      const step = stepOf(event.key);
      if (!step) return;
      const next = event.shiftKey
        ? resized(tiles, id, tile.w + step.x, tile.h + step.y)
        : moved(tiles, id, tile.x + step.x, tile.y + step.y);
      if (next) change(next);
    }
    event.preventDefault();
  };
  const carry: Arranging['carry'] = (kind, text) => (event) => {
    if (event.button !== 0) return;
    const from = { x: event.clientX, y: event.clientY };
    let far = false;
    wasCarried.current = false;
    follow(
      event,
      (at) => {
        far ||= Math.hypot(at.clientX - from.x, at.clientY - from.y) > startsAfter;
        if (far) setCarried({ kind, x: at.clientX, y: at.clientY });
      },
      (at) => {
        setCarried(null);
        wasCarried.current = far;
        const cell = far ? cellAt(at.clientX, at.clientY) : null;
        if (cell) add(kind, text, cell);
      },
    );
  };
  const before = past.at(-1);
  return {
    tiles,
    dirty: tiles !== kept,
    chosen: tiles.find((one) => one.id === chosenId) ?? null,
    choose,
    change,
    undo: before
      ? () => {
          setPast(past.slice(0, -1));
          setTiles(before);
        }
      : null,
    saved: () => setKept(tiles),
    add,
    endsDrag: () => {
      const ends = wasCarried.current;
      wasCarried.current = false;
      return ends;
    },
    remove,
    drag,
    byKey,
    carry,
    carried,
  };
}

/** Follows the pointer until it is let go. */
function follow(
  event: PointerEvent<HTMLElement>,
  move: (at: globalThis.PointerEvent) => void,
  done: (at: globalThis.PointerEvent) => void,
): void {
  const target = event.currentTarget;
  target.setPointerCapture(event.pointerId);
  const end = (at: globalThis.PointerEvent) => {
    target.removeEventListener('pointermove', move);
    target.removeEventListener('pointerup', end);
    target.removeEventListener('pointercancel', end);
    done(at);
  };
  target.addEventListener('pointermove', move);
  target.addEventListener('pointerup', end);
  target.addEventListener('pointercancel', end);
}
