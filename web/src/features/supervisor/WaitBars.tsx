import { useTranslation } from 'react-i18next';
import type { SuggestionOutcome } from '@/shared/api/types';
import { duration } from '@/shared/format/format';
import { lengthOf } from './suggestions';

/** One queue's expected wait before and after, as two bars of one measure and in figures. */
export function WaitBars({ outcome, longest }: { outcome: SuggestionOutcome; longest: number }) {
  const { t } = useTranslation();
  const inWords = (wait: number | null) => (wait === null ? t('suggestion.nobody') : duration(wait));
  const { wait_before: before, wait_after: after, free_before: free, free_after: freeAfter } = outcome;
  return (
    <div className="hj-wait-bars" data-testid="wait-bars" data-queue={outcome.queue_id}>
      <span className="hj-wait-bars-queue" title={outcome.queue_name ?? ''}>
        {outcome.queue_name}
      </span>
      <span className="hj-wait-bars-two" aria-hidden="true">
        <span
          style={{ width: `${String(lengthOf(before, longest) * 100)}%` }}
          data-nobody={before === null}
        />
        <span style={{ width: `${String(lengthOf(after, longest) * 100)}%` }} data-nobody={after === null} />
      </span>
      <span className="hj-figures">
        {inWords(before)} → <strong>{inWords(after)}</strong>
      </span>
      <span className="hj-faint hj-figures">
        {t('suggestion.freeChange', { before: free, after: freeAfter })}
      </span>
    </div>
  );
}
