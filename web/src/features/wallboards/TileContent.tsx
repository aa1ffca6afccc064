import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tile } from '@/shared/api/types';
import { LevelMark } from '@/shared/components/LevelMark';
import { duration, elapsedSeconds } from '@/shared/format/format';
import { dayAndMinute, zoned } from '@/shared/format/time';
import { useNow } from '@/shared/live/hooks';
import type {
  AgentsValue,
  BarsValue,
  BulletinsValue,
  FigureValue,
  Level,
  QueuesValue,
  TrendValue,
  Value,
} from './values';
import { levelAfter, linesOf, shares, written } from './values';

/** What a tile shows, in letters as large as its place allows. */
export function TileContent({ tile, value }: { tile: Tile; value: Value | undefined }) {
  switch (tile.kind) {
    case 'text':
      return <div className="hj-tile-text">{tile.text}</div>;
    case 'clock':
      return <Clock />;
  }
  if (!value) return <div className="hj-tile-none">–</div>;
  switch (tile.kind) {
    case 'figure':
      return <Large figure={tile.figure} value={value as FigureValue} />;
    case 'bars':
      return <Bars of={tile.of} value={value as BarsValue} />;
    case 'trend':
      return <Trend figure={tile.figure} value={value as TrendValue} />;
    case 'queues':
      return <Queues columns={tile.columns} value={value as QueuesValue} />;
    case 'agents':
      return <Agents value={value as AgentsValue} />;
    case 'bulletins':
      return <Bulletins value={value as BulletinsValue} />;
  }
}

function Large({ figure, value }: { figure: string; value: FigureValue }) {
  const now = useNow();
  const lasts = figure === 'longest_wait';
  const seconds = Math.floor(elapsedSeconds(value.since, now));
  const level = lasts ? (value.since ? levelAfter(seconds, value) : 'calm') : (value.level ?? 'calm');
  const text = lasts ? (value.since ? duration(seconds) : '–') : written(figure, value.value);
  return (
    <div
      className="hj-tile-figure"
      data-level={level}
      data-value={value.value ?? ''}
      style={{ '--letters': Math.max(3, text.length + (level === 'calm' ? 0 : 1)) } as CSSProperties}
    >
      <Marked level={level}>{text}</Marked>
    </div>
  );
}

function Marked({ level, children }: { level: Level; children: ReactNode }) {
  return (
    <span data-level={level} className="hj-tile-marked">
      {level === 'calm' ? null : <LevelMark level={level} />} {children}
    </span>
  );
}

function Small({ figure, value }: { figure: string; value: FigureValue }) {
  const now = useNow();
  if (figure !== 'longest_wait')
    return <Marked level={value.level ?? 'calm'}>{written(figure, value.value)}</Marked>;
  if (!value.since) return <span>–</span>;
  const seconds = Math.floor(elapsedSeconds(value.since, now));
  return <Marked level={levelAfter(seconds, value)}>{duration(seconds)}</Marked>;
}

/** Letters of which so many lines have room. */
const lines = (count: number): CSSProperties => ({ '--lines': Math.max(3, count) }) as CSSProperties;

function Nothing() {
  const { t } = useTranslation();
  return <div className="hj-tile-none hj-tile-quiet">{t('wallboard.nothing')}</div>;
}

/** How many there are that have no room, as a last line. */
function More({ count }: { count: number }) {
  const { t } = useTranslation();
  return <span className="hj-tile-more">{t('wallboard.more', { number: count })}</span>;
}

function Bars({ of, value }: { of: string; value: BarsValue }) {
  const { t } = useTranslation();
  const now = useNow();
  const amount = (bar: BarsValue['bars'][number]) =>
    of === 'longest_wait' ? (bar.since ? elapsedSeconds(bar.since, now) : 0) : (bar.value ?? 0);
  const most = shares.has(of) ? 1 : Math.max(1, ...value.bars.map(amount));
  if (value.bars.length === 0) return <Nothing />;
  return (
    <div className="hj-tile-bars" style={lines(value.bars.length + (value.more ? 1 : 0))}>
      {value.bars.map((bar) => (
        <div
          key={bar.name}
          className="hj-tile-bar"
          data-level={bar.level ?? 'calm'}
          data-doing={of === 'agents' ? bar.name : ''}
        >
          <span className="hj-ellipsis">
            {of === 'agents' ? t(`activity.${bar.name}` as never) : bar.name}
          </span>
          <span className="hj-tile-track">
            <span style={{ width: `${String(Math.min(100, (amount(bar) / most) * 100))}%` }} />
          </span>
          <Small figure={of} value={bar} />
        </div>
      ))}
      {value.more ? <More count={value.more} /> : null}
    </div>
  );
}

function Trend({ figure, value }: { figure: string; value: TrendValue }) {
  const known = value.values.filter((one): one is number => one !== null);
  const most = shares.has(figure) ? 1 : Math.max(4, ...known);
  const until = Date.parse(value.since) + value.step_seconds * 1000 * (value.values.length - 1);
  const hour = (at: number) => zoned(new Date(at).toISOString()).format('HH:mm');
  if (known.length === 0) return <Nothing />;
  return (
    <div className="hj-tile-trend" data-points={value.values.length}>
      <div className="hj-tile-axis">
        <span>{written(figure, most)}</span>
        <span>{written(figure, 0)}</span>
      </div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
        {[0, 50, 100].map((y) => (
          <line key={y} x1="0" x2="100" y1={y} y2={y} className="hj-tile-rule" />
        ))}
        {linesOf(value.values, most).map((line) => (
          <g key={line}>
            <polygon points={areaOf(line)} className="hj-tile-area" />
            <polyline points={line} className="hj-tile-line" />
          </g>
        ))}
      </svg>
      <div className="hj-tile-times">
        <span>{hour(Date.parse(value.since))}</span>
        <span>{hour(until)}</span>
      </div>
      <strong className="hj-tile-latest">{written(figure, value.values.at(-1))}</strong>
    </div>
  );
}

/** What is below a line. */
function areaOf(line: string): string {
  const points = line.split(' ');
  const x = (point: string | undefined) => point?.split(',')[0] ?? '0';
  return `${x(points[0])},100 ${line} ${x(points.at(-1))},100`;
}

function Queues({ columns, value }: { columns: string[]; value: QueuesValue }) {
  const { t } = useTranslation();
  if (value.rows.length === 0) return <Nothing />;
  return (
    <table
      className="hj-tile-table"
      style={
        { ...lines(value.rows.length + (value.more ? 2 : 1)), '--cells': columns.length } as CSSProperties
      }
    >
      <thead>
        <tr>
          <th>{t('column.queue')}</th>
          {columns.map((name) => (
            <th key={name}>{t(`wallboard.short.${name}` as never)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {value.rows.map((row) => (
          <tr key={row.name} data-testid="board-queue">
            <td>{row.name}</td>
            {row.cells.map((cell, at) => (
              <td key={columns[at]}>
                <Small figure={columns[at] ?? ''} value={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {value.more ? (
        <tfoot>
          <tr>
            <td colSpan={columns.length + 1}>
              <More count={value.more} />
            </td>
          </tr>
        </tfoot>
      ) : null}
    </table>
  );
}

function Agents({ value }: { value: AgentsValue }) {
  const { t } = useTranslation();
  const now = useNow();
  if (value.rows.length === 0) return <Nothing />;
  return (
    <ul
      className="hj-tile-agents"
      style={{ '--count': value.rows.length + (value.more ? 1 : 0) } as CSSProperties}
    >
      {value.rows.map((agent) => {
        const seconds = Math.floor(elapsedSeconds(agent.since, now));
        return (
          <li key={agent.number} data-doing={agent.activity} data-testid="board-agent">
            <span className="hj-ellipsis">
              {agent.name} <small>{agent.number}</small>
            </span>
            <span className="hj-tile-doing">{t(`activity.${agent.activity}`)}</span>
            <Marked level={agent.since ? levelAfter(seconds, agent) : 'calm'}>
              {agent.since ? duration(seconds) : '–'}
            </Marked>
          </li>
        );
      })}
      {value.more ? (
        <li className="hj-tile-last">
          <More count={value.more} />
        </li>
      ) : null}
    </ul>
  );
}

function Bulletins({ value }: { value: BulletinsValue }) {
  if (value.items.length === 0) return <Nothing />;
  return (
    <ul className="hj-tile-news" style={lines(value.items.length * 2)}>
      {value.items.map((one) => (
        <li key={one.written_at + one.title} data-urgent={one.urgent}>
          <strong>
            {one.urgent ? <LevelMark level="red" /> : null} {one.title}{' '}
            <small>{dayAndMinute(one.written_at)}</small>
          </strong>
          <p>{one.text}</p>
        </li>
      ))}
    </ul>
  );
}

function Clock() {
  const now = zoned(new Date(useNow()).toISOString());
  return (
    <div className="hj-tile-clock">
      <time>{now.format('HH:mm:ss')}</time>
      <span>{now.format('YYYY-MM-DD dddd')}</span>
    </div>
  );
}
