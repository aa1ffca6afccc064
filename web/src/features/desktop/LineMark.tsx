import { Tooltip } from 'antd';
import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import { phone } from '@/shared/phone/hooks';
import { gradeOf, type LineGrade, type LineSummary } from '@/shared/phone/quality';

const bars: Record<LineGrade, number> = { good: 3, fair: 2, poor: 1 };
// What has just ended is found a moment later among what has ended.
const againMilliseconds = 5000;

const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** Keeps with each interaction how good its line was. */
export function useLineReports(): void {
  useEffect(() => {
    phone.line.whenOver = (id, line) => {
      const told = report(line);
      const tell = () => api.tell(`/me/interactions/${id}/line-quality`, told);
      void tell().catch((error: unknown) => {
        const early = error instanceof ApiError && error.status === 404;
        if (early) setTimeout(() => void tell().catch(() => undefined), againMilliseconds);
      });
    };
    return () => {
      phone.line.whenOver = () => undefined;
    };
  }, []);
}

function report(line: LineSummary) {
  return {
    seconds: line.seconds,
    mos: round(line.mos, 2),
    mos_lowest: round(line.lowest, 2),
    loss_percent: round(line.loss, 2),
    jitter_ms: round(line.jitter, 1),
    round_trip_ms: round(line.roundTrip, 1),
    codec: line.codec,
  };
}

/** How good the line is now: bars and a word, the figures behind them. */
export function LineMark() {
  const { t } = useTranslation();
  const line = useSyncExternalStore(phone.line.subscribe, phone.line.get);
  if (!line) return null;
  const grade = gradeOf(line.mos);
  const figures = t('line.figures', {
    mos: line.mos.toFixed(1),
    loss: line.loss.toFixed(1),
    jitter: Math.round(line.jitter),
    roundTrip: Math.round(line.roundTrip),
  });
  return (
    <Tooltip title={figures}>
      <span className="hj-line" data-testid="line-quality" data-grade={grade} tabIndex={0}>
        <span className="hj-line-bars" aria-hidden="true">
          {[1, 2, 3].map((bar) => (
            <span key={bar} className={bar <= bars[grade] ? 'hj-line-on' : ''} />
          ))}
        </span>
        <span className={grade === 'good' ? 'hj-faint' : ''}>{t(`line.${grade}`)}</span>
      </span>
    </Tooltip>
  );
}
