import { useTranslation } from 'react-i18next';
import type { Tile } from '@/shared/api/types';

/** What a tile is called that has no title of its own. `minutes`: of the indicators' window. */
export function useTileName(minutes: number): (tile: Tile) => string {
  const { t } = useTranslation();
  return (tile) => {
    if (tile.title) return tile.title;
    switch (tile.kind) {
      case 'figure':
        return t(`wallboard.figure.${tile.figure}`, { minutes, seconds: tile.seconds ?? 0 });
      case 'bars':
        return tile.of === 'agents'
          ? t('wallboard.bars.agents')
          : t(
              `wallboard.${tile.of === 'within' ? 'short' : 'figure'}.${tile.of}` as 'wallboard.figure.waiting',
              {
                minutes,
              },
            );
      case 'trend':
        return t('wallboard.trendOf', { name: t(`wallboard.trend.${tile.figure}`), hours: tile.hours });
      case 'text':
        return '';
      default:
        return t(`wallboard.kind.${tile.kind}`);
    }
  };
}
