export interface Place {
  id: string;
  x: number;
  y: number;
}

const step = 0.01;
const within = (share: number) => Math.round(Math.min(1, Math.max(0, share)) * 1000) / 1000;

/** The place so much further, on the plan still. */
export const moved = (place: Place, x: number, y: number): Place => ({
  ...place,
  x: within(place.x + x),
  y: within(place.y + y),
});

/** Where an arrow key leads; with Shift five times as far. */
export function stepOf(key: string, wide: boolean): { x: number; y: number } | null {
  const far = wide ? step * 5 : step;
  switch (key) {
    case 'ArrowLeft':
      return { x: -far, y: 0 };
    case 'ArrowRight':
      return { x: far, y: 0 };
    case 'ArrowUp':
      return { x: 0, y: -far };
    case 'ArrowDown':
      return { x: 0, y: far };
    default:
      return null;
  }
}

/** Where a new seat is put: the first place of a grid that is free, row by row. */
export function freePlace(taken: Place[]): { x: number; y: number } {
  for (let row = 0; row < 20; row += 1)
    for (let column = 0; column < 10; column += 1) {
      const at = { x: within(0.06 + column * 0.097), y: within(0.06 + row * 0.047) };
      if (!taken.some((one) => Math.abs(one.x - at.x) < 0.04 && Math.abs(one.y - at.y) < 0.03)) return at;
    }
  return { x: 0.5, y: 0.5 };
}
