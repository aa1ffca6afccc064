import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCodeLabel } from '@/shared/components/labels';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { duration, percentage } from '@/shared/format/format';
import { useLive } from '@/shared/live/hooks';
import { valueKind, type Offer } from './offer';

/** Why this agent, or why this caller next: the reason, among how many, over whom, and the figures behind it. */
export function OfferWhy({
  offer,
  agentName,
}: {
  offer: Offer;
  agentName: (id: string | null) => string | null;
}) {
  const { t } = useTranslation();
  const label = useCodeLabel();
  const interactions = useLive((state) => state.view.interactions);
  const ofAgent = offer.chosen === 'agent';
  const reason = label(ofAgent ? 'offer.agentReason' : 'offer.itemReason', offer.reason);
  const criterion = ofAgent ? 'agentCriterion' : 'itemCriterion';
  const figures = offer.values.flatMap(([kind, value]) => {
    const shown = {
      seconds: () => duration(value),
      share: () => percentage(value),
      ring: () => String(value + 1),
      figure: () => String(Math.round(value * 1000) / 1000),
      hidden: () => null,
    }[valueKind(kind)]();
    return shown === null ? [] : [t('offer.value', { name: label(criterion, kind, 'name'), value: shown })];
  });
  const other = offer.over ? interactions.get(offer.over) : undefined;
  return (
    <div className="hj-offer-why" data-testid="offer-why" data-reason={offer.reason}>
      <div>{t(ofAgent ? 'offer.whyAgent' : 'offer.whyItem', { reason })}</div>
      <div className="hj-quiet">
        {offer.among > 1 ? (
          <span>{t(ofAgent ? 'offer.amongAgents' : 'offer.amongItems', { count: offer.among })}</span>
        ) : null}
        {offer.over ? (
          <span>
            {t('offer.before')}{' '}
            {ofAgent ? (
              (agentName(offer.over) ?? '–')
            ) : (
              <Link to={`/interactions/${offer.over}`}>
                {other ? <CallerNumber value={other.caller} /> : t('offer.anotherCaller')}
              </Link>
            )}
          </span>
        ) : null}
        {offer.ring > 0 ? <span>{t('eventData.ringOnly', { value: offer.ring + 1 })}</span> : null}
        {figures.map((figure) => (
          <span key={figure}>{figure}</span>
        ))}
      </div>
    </div>
  );
}
