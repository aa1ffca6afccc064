import { useTranslation } from 'react-i18next';
import type { SuggestionOutcome } from '@/shared/api/types';
import { duration, percentage } from '@/shared/format/format';

type Figures = NonNullable<SuggestionOutcome['ahead']>['before'];

/** What the next minutes of the queues concerned would be like, simulated; nothing until that is known. */
export function Ahead({ outcomes }: { outcomes: readonly SuggestionOutcome[] }) {
  const { t } = useTranslation();
  const known = outcomes.flatMap(({ queue_id: id, queue_name: name, ahead }) =>
    ahead ? [{ id, name, ahead }] : [],
  );
  const [first] = known;
  if (!first) return null;
  const { minutes, runs } = first.ahead;
  const inWords = (wait: number) => (wait === Infinity ? t('suggestion.nobody') : duration(wait));
  return (
    <table className="hj-ahead" data-testid="ahead">
      <caption>{t('suggestion.ahead', { minutes, runs })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('column.queue')}</th>
          <th scope="col">{t('suggestion.inTime')}</th>
          <th scope="col">{t('suggestion.meanWait')}</th>
          <th scope="col">{t('suggestion.giveUp')}</th>
        </tr>
      </thead>
      <tbody>
        {known.map(({ id, name, ahead: { before, after } }) => (
          <tr key={id} data-queue={id}>
            <th scope="row">{name}</th>
            <Change before={before.service_level} after={after.service_level} show={percentage} />
            <Change before={waitOf(before)} after={waitOf(after)} show={inWords} />
            <Change before={before.abandoned_share} after={after.abandoned_share} show={percentage} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Infinite where those who come are never served; null: nobody comes. */
function waitOf({ offered, wait_seconds: wait }: Figures): number | null {
  return wait ?? (offered > 0 ? Infinity : null);
}

function Change({
  before,
  after,
  show,
}: {
  before: number | null;
  after: number | null;
  show: (value: number) => string;
}) {
  const inWords = (value: number | null) => (value === null ? '–' : show(value));
  return (
    <td className="hj-figures">
      {inWords(before)} → <strong>{inWords(after)}</strong>
    </td>
  );
}
