import type { Activity, Tile } from '@/shared/api/types';
import { duration, percentage } from '@/shared/format/format';

export type Level = 'calm' | 'amber' | 'red';

/** What a figure is now: a number, or since when something lasts. */
export interface FigureValue {
  value?: number | null;
  level?: Level;
  since?: string | null;
  amber?: number | null;
  red?: number | null;
}

export interface BarsValue {
  bars: ({ name: string } & FigureValue)[];
  /** How many there are that have no room. */
  more?: number;
}

export interface TrendValue {
  since: string;
  step_seconds: number;
  values: (number | null)[];
}

export interface QueuesValue {
  rows: { name: string; cells: FigureValue[] }[];
  more?: number;
}

export interface AgentsValue {
  rows: {
    number: string;
    name: string;
    activity: Activity;
    since: string | null;
    amber: number | null;
    red: number | null;
  }[];
  more?: number;
}

export interface BulletinsValue {
  items: { title: string; text: string; urgent: boolean; written_at: string }[];
}

export type Value = FigureValue | BarsValue | TrendValue | QueuesValue | AgentsValue | BulletinsValue;
export type Values = Readonly<Record<string, Value>>;

export type TileKind = Tile['kind'];
export type Figure = Extract<Tile, { kind: 'figure' }>['figure'];
export type QueueFigure = Extract<Tile, { kind: 'queues' }>['columns'][number];

export const agentFigures: Figure[] = ['signed_in', 'idle', 'talking', 'wrap_up', 'not_ready', 'break'];
export const queueFigures: QueueFigure[] = [
  'waiting',
  'longest_wait',
  'expected_wait',
  'offered_today',
  'answered_today',
  'abandoned_today',
  'service_level_today',
  'entered',
  'answer_rate',
  'within',
  'service_level',
  'loss',
];
export const figures: Figure[] = [...queueFigures, 'in_flow', ...agentFigures];
export const trendFigures = ['waiting', 'offered', 'abandoned', 'service_level'] as const;
export const shares: ReadonlySet<string> = new Set([
  'service_level_today',
  'within',
  'answer_rate',
  'service_level',
  'loss',
]);

/** A figure's number as it is read. */
export function written(figure: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (shares.has(figure)) return percentage(value);
  return figure === 'expected_wait' ? duration(value) : String(Math.round(value));
}

/** How bad a lasting time is by its bounds, in seconds. */
export function levelAfter(
  seconds: number,
  { amber, red }: { amber?: number | null; red?: number | null },
): Level {
  if (red !== null && red !== undefined && seconds >= red) return 'red';
  return amber !== null && amber !== undefined && seconds >= amber ? 'amber' : 'calm';
}

/** The points of a trend as the lines of a picture of 100 by 100, broken where there is nothing; one point alone is a
 * line of no length. */
export function linesOf(values: readonly (number | null)[], most: number): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  const end = () => {
    const [only, ...more] = line;
    if (only) lines.push([only, ...(more.length > 0 ? more : [only])].join(' '));
    line = [];
  };
  values.forEach((value, at) => {
    if (value === null) {
      end();
      return;
    }
    const x = values.length > 1 ? (at / (values.length - 1)) * 100 : 100;
    line.push(`${x.toFixed(2)},${(100 - (value / most) * 100).toFixed(2)}`);
  });
  end();
  return lines;
}
