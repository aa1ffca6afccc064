import { useTranslation } from 'react-i18next';
import './routing.css';

/** The two thresholds of the service level as a band: below agents come back, above they go out, between they stay. */
export function LevelBand({
  back,
  out,
  now,
  large = false,
}: {
  back: number;
  out: number;
  /** The level at present, in percent. */
  now?: number | null;
  large?: boolean;
}) {
  const { t } = useTranslation();
  const between = Math.max(0, out - back);
  return (
    <div
      className="hj-level-band"
      data-large={large}
      role="img"
      aria-label={t('blending.bandSays', { back, out })}
      data-testid="level-band"
    >
      <span data-zone="back" style={{ width: `${back}%` }}>
        {large ? `${t('blending.zone.back')} ${back} %` : back}
      </span>
      <span data-zone="stay" style={{ width: `${between}%` }}>
        {large && between >= 8 ? t('blending.zone.stay') : ''}
      </span>
      <span data-zone="out" style={{ width: `${Math.max(0, 100 - back - between)}%` }}>
        {large ? `${out} %` : out}
      </span>
      {now == null ? null : <i style={{ insetInlineStart: `${now}%` }} title={`${Math.round(now)} %`} />}
    </div>
  );
}
