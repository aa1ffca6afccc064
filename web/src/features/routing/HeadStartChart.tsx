import { useTranslation } from 'react-i18next';
import type { RoutingPolicy } from '@/shared/api/types';
import { duration } from '@/shared/format/format';
import { timeScale } from './rings';
import { TimeMarks } from './TimeMarks';

/** Until when a caller of a grade who has just come goes before an ordinary one who came earlier. */
export function HeadStartChart({ starts }: { starts: RoutingPolicy['head_starts'] }) {
  const { t } = useTranslation();
  const shown = [...starts].sort((one, other) => other.seconds - one.seconds || other.grade - one.grade);
  const { end, marks } = timeScale(shown[0]?.seconds ?? 0);
  return (
    <figure className="hj-head-starts">
      <figcaption className="hj-quiet">{t('routing.headStartChart')}</figcaption>
      <div className="hj-head-start-row" aria-hidden="true">
        <span />
        <div className="hj-head-start-axis">
          <TimeMarks marks={marks} end={end} />
        </div>
      </div>
      {shown.map(({ grade, seconds }) => (
        <div key={grade} className="hj-head-start-row" data-testid="head-start">
          <span>{t('routing.gradeOf', { grade })}</span>
          <div
            className="hj-head-start-track"
            title={t('routing.headStartSentence', { grade, time: duration(seconds) })}
          >
            {marks.map((mark) => (
              <i key={mark} style={{ insetInlineStart: `${(mark / end) * 100}%` }} />
            ))}
            <div style={{ width: `${(seconds / end) * 100}%` }} />
            <span style={{ insetInlineStart: `${(seconds / end) * 100}%` }}>
              {t('routing.headStartUntil', { time: duration(seconds) })}
            </span>
          </div>
        </div>
      ))}
    </figure>
  );
}
