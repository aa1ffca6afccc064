import type { Tile } from '@/shared/api/types';
import type { Box } from './grid';
import { agentFigures, type TileKind } from './values';

export const kinds: TileKind[] = [
  'figure',
  'bars',
  'trend',
  'queues',
  'agents',
  'bulletins',
  'text',
  'clock',
];

const sizes: Record<TileKind, { w: number; h: number }> = {
  figure: { w: 2, h: 2 },
  bars: { w: 4, h: 3 },
  trend: { w: 4, h: 3 },
  queues: { w: 6, h: 3 },
  agents: { w: 6, h: 4 },
  bulletins: { w: 4, h: 2 },
  text: { w: 4, h: 1 },
  clock: { w: 3, h: 2 },
};

export const sizeOf = (kind: TileKind) => sizes[kind];

/** A new tile of this kind as it begins. */
export function freshTile(kind: TileKind, box: Box, text: string): Tile {
  const own = { ...box, title: '' };
  switch (kind) {
    case 'figure':
      return { ...own, kind, figure: 'waiting', queue_ids: [], group_ids: [], bounds: null, seconds: null };
    case 'bars':
      return { ...own, kind, of: 'agents', queue_ids: [], group_ids: [] };
    case 'trend':
      return { ...own, kind, figure: 'waiting', hours: 1, queue_ids: [] };
    case 'queues':
      return {
        ...own,
        kind,
        columns: ['waiting', 'longest_wait', 'answered_today', 'service_level_today'],
        queue_ids: [],
      };
    case 'agents':
      return { ...own, kind, queue_ids: [], group_ids: [] };
    case 'text':
      return { ...own, kind, text };
    case 'clock':
    case 'bulletins':
      return { ...own, kind };
  }
}

/** A board that most call centers can begin with. */
export function readyTiles(text: string): Tile[] {
  const place = (id: string, x: number, y: number, w: number, h: number): Box => ({ id, x, y, w, h });
  const figure = (name: Extract<Tile, { kind: 'figure' }>['figure'], x: number, y: number): Tile => ({
    ...(freshTile('figure', place(name.replaceAll('_', '-'), x, y, 2, 2), text) as Extract<
      Tile,
      { kind: 'figure' }
    >),
    figure: name,
  });
  return [
    ...(['waiting', 'longest_wait', 'service_level_today', 'answered_today', 'abandoned_today'] as const).map(
      (name, at) => figure(name, at * 2, 0),
    ),
    freshTile('clock', place('clock', 10, 0, 2, 2), text),
    freshTile('queues', place('queues', 0, 2, 8, 3), text),
    freshTile('bars', place('states', 8, 2, 4, 3), text),
    freshTile('trend', place('trend', 0, 5, 6, 3), text),
    freshTile('agents', place('agents', 6, 5, 6, 3), text),
  ];
}

/** Whose agents count, beside whose queues. */
export const asksGroups = (tile: Tile) =>
  tile.kind === 'agents' ||
  (tile.kind === 'bars' && tile.of === 'agents') ||
  (tile.kind === 'figure' && agentFigures.includes(tile.figure));

export const asksQueues = (tile: Tile) =>
  'queue_ids' in tile && !(tile.kind === 'figure' && tile.figure === 'in_flow');
