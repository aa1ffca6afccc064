import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { InteractionLive } from '@/shared/api/types';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { LoadingView } from '@/shared/components/Views';
import { piece } from '@/shared/pieces/piece';
import { MarkedBefore } from './MarkedBefore';

const PopZone = piece(async () => ({ default: (await import('@/shared/pop/PopZone')).PopZone }));

/** Who is on the line: the customer with what was before, or the number alone. */
export function CallerPanel({ interaction }: { interaction: InteractionLive | null }) {
  const { t } = useTranslation();
  const title =
    interaction?.direction === 'internal'
      ? t('caller.colleague')
      : interaction?.direction === 'outbound'
        ? t('caller.customer')
        : t('caller.title');
  const head = interaction ? (
    <>
      {interaction.caller_name ? <div className="hj-caller-name">{interaction.caller_name}</div> : null}
      <div className="hj-caller-number">
        <CallerNumber value={interaction.caller} />
      </div>
    </>
  ) : null;
  return (
    <aside className="hj-panel hj-caller" aria-label={title}>
      <div className="hj-panel-head">{title}</div>
      {interaction?.direction === 'internal' ? (
        <div className="hj-panel-body">{head}</div>
      ) : interaction ? (
        <div className="hj-panel-body">
          <MarkedBefore id={interaction.id} />
          <Suspense fallback={<LoadingView rows={4} />}>
            <PopZone key={interaction.id} interaction={interaction} head={head} />
          </Suspense>
        </div>
      ) : (
        <div className="hj-panel-body hj-faint">{t('caller.none')}</div>
      )}
    </aside>
  );
}
