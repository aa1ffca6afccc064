import type { Tile } from '@/shared/api/types';
import type { FigureValue, Value } from './values';
import { shares } from './values';

const number = (figure: string, at = 0): FigureValue => {
  if (figure === 'longest_wait') return { since: new Date(Date.now() - (35 + at * 20) * 1000).toISOString() };
  if (shares.has(figure)) return { value: figure === 'loss' ? 0.03 : 0.92 - at * 0.05, level: 'calm' };
  return { value: figure === 'expected_wait' ? 40 : 12 - at * 3, level: 'calm' };
};

/** What a tile might show: for the editor, where it is drawn before it is kept. `names`: of queues or agents. */
export function exampleOf(tile: Tile, names: string[]): Value | undefined {
  const since = new Date(Date.now() - 95_000).toISOString();
  const shown = names.slice(0, 3);
  switch (tile.kind) {
    case 'figure':
      return number(tile.figure);
    case 'bars':
      return {
        bars:
          tile.of === 'agents'
            ? ['idle', 'talking', 'wrap_up', 'break'].map((name, at) => ({ name, value: [4, 9, 2, 1][at] }))
            : shown.map((name, at) => ({ name, ...number(tile.of, at) })),
      };
    case 'trend': {
      const count = tile.figure === 'waiting' ? 61 : tile.hours * 4;
      const share = shares.has(tile.figure);
      const wave = (at: number) => 0.5 + 0.35 * Math.sin((at / count) * 9);
      return {
        since: new Date(Date.now() - tile.hours * 3_600_000).toISOString(),
        step_seconds: (tile.hours * 3600) / Math.max(1, count - 1),
        values: Array.from({ length: count }, (_, at) => (share ? wave(at) : Math.round(wave(at) * 12))),
      };
    }
    case 'queues':
      return {
        rows: shown.map((name, at) => ({ name, cells: tile.columns.map((figure) => number(figure, at)) })),
      };
    case 'agents':
      return {
        rows: (['idle', 'talking', 'wrap_up'] as const).map((activity, at) => ({
          number: String(1001 + at),
          name: `A${String(at + 1)}`,
          activity,
          since,
          amber: null,
          red: null,
        })),
      };
    case 'bulletins':
      return { items: [{ title: '…', text: '…', urgent: false, written_at: since }] };
    default:
      return undefined;
  }
}
