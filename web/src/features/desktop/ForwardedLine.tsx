import { useTranslation } from 'react-i18next';
import type { InteractionLive } from '@/shared/api/types';
import { phoneNumber } from '@/shared/format/format';

/** That the call to a colleague has gone elsewhere by the colleague's rules, once or twice. */
export default function ForwardedLine({ interaction }: { interaction: InteractionLive }) {
  const { t } = useTranslation();
  return (
    <div className="hj-handed" data-testid="forwarded" role="status">
      {interaction.forwarded.map((hop) => (
        <p key={hop.agent_id}>
          {t('forwarding.line', {
            whose: hop.agent_name,
            name: hop.to === 'number' ? phoneNumber(hop.name) : hop.name,
            why: t(`forwarding.why.${hop.why}`),
          })}
        </p>
      ))}
    </div>
  );
}
