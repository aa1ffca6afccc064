import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { duration } from '@/shared/format/format';
import { useNow } from '@/shared/live/hooks';
import { callBack, ownParty } from './useReturn';

/** The agent's phone is gone: what the customer hears meanwhile, and how long they are kept. */
export function LineLost({ interaction, agent }: { interaction: InteractionLive; agent: AgentLive }) {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const now = useNow();
  const own = ownParty(interaction, agent);
  if (!own?.lost_until) return null;
  const left = Math.max(0, (Date.parse(own.lost_until) - now) / 1000);
  return (
    <Alert
      banner
      type="warning"
      title={t('lineLost.title')}
      description={t(interaction.direction === 'internal' ? 'lineLost.colleague' : 'lineLost.text', {
        time: duration(left),
      })}
      data-testid="line-lost"
      action={
        <Button
          loading={busy}
          onClick={() => run(() => callBack(interaction.id, own.leg_id))}
          data-testid="call-again"
        >
          {t('lineLost.again')}
        </Button>
      }
    />
  );
}
