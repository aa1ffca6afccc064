import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Interaction, InteractionLive, Page } from '@/shared/api/types';
import { MarkedBefore } from './MarkedBefore';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { EarlierContacts } from './EarlierContacts';

/** Who is calling: the number, what the flow learned, and earlier contacts that I may see. */
export function CallerPanel({ interaction }: { interaction: InteractionLive | null }) {
  const { t } = useTranslation();
  const caller = interaction?.caller ?? null;
  const history = useQuery({
    queryKey: ['me', 'interactions', 'of', caller],
    queryFn: () =>
      api.get<Page<Interaction>>('/interactions', {
        customer: caller,
        page: 1,
        page_size: 8,
        sort: '-started_at',
      }),
    enabled: Boolean(caller) && interaction?.direction !== 'internal',
  });
  const earlier = (history.data?.items ?? []).filter((one) => one.id !== interaction?.id);
  const variables = Object.entries(interaction?.variables ?? {}).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
  );
  return (
    <aside className="hj-panel hj-caller" aria-label={t('caller.title')}>
      <div className="hj-panel-head">{t('caller.title')}</div>
      {interaction ? (
        <div className="hj-panel-body">
          {interaction.caller_name ? <div className="hj-caller-name">{interaction.caller_name}</div> : null}
          <div className="hj-caller-number">
            <CallerNumber value={caller} />
          </div>
          {interaction.direction === 'internal' ? null : <MarkedBefore id={interaction.id} />}
          {variables.length > 0 ? (
            <dl className="hj-facts">
              {variables.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{String(value)}</dd>
                </div>
              ))}
            </dl>
          ) : null}
          <h3>{t('caller.history')}</h3>
          {earlier.length === 0 ? (
            <p className="hj-faint">{t(caller === '' ? 'caller.nobodyKnown' : 'caller.noHistory')}</p>
          ) : (
            <EarlierContacts contacts={earlier} />
          )}
        </div>
      ) : (
        <div className="hj-panel-body hj-faint">{t('caller.none')}</div>
      )}
    </aside>
  );
}
