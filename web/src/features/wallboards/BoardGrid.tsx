import type { CSSProperties, ReactNode } from 'react';
import type { Tile } from '@/shared/api/types';
import { columns, rows } from './grid';
import './wallboards.css';

export const gridStyle = { '--columns': columns, '--rows': rows } as CSSProperties;

export const placeOf = ({ x, y, w, h }: Pick<Tile, 'x' | 'y' | 'w' | 'h'>): CSSProperties => ({
  gridColumn: `${String(x + 1)} / span ${String(w)}`,
  gridRow: `${String(y + 1)} / span ${String(h)}`,
});

/** A board in its theme's colours; whatever its box's size, everything in it keeps its proportions. */
export function BoardFrame({
  theme,
  old,
  head,
  children,
}: {
  theme: 'dark' | 'light';
  old?: boolean;
  head: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="hj-board-frame" data-theme={theme} data-old={old} style={{ colorScheme: theme }}>
      <div className="hj-board">
        <header className="hj-board-head">{head}</header>
        {children}
      </div>
    </div>
  );
}
