import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { all } from '@/shared/api/client';
import type { AgentLive, ReasonCode } from '@/shared/api/types';
import { platformReason } from '@/shared/components/platformReason';
import { useRight } from '@/shared/session/session';

const none: ReasonCode[] = [];

/** The tenant's reasons for not being ready; none for who may not read them. */
export function useReasons(): ReasonCode[] {
  const mayRead = useRight('config.read', 'admin.queues');
  const { data } = useQuery({
    queryKey: ['reason-codes'],
    queryFn: () => all<ReasonCode>('/reason-codes'),
    enabled: mayRead,
    staleTime: 300_000,
  });
  return data ?? none;
}

/** Why an agent is not ready: the tenant's own reason, or one that the platform set. */
export function useReasonNames(): (agent: AgentLive) => string | null {
  const { t } = useTranslation();
  const reasons = useReasons();
  return useCallback(
    (agent) => {
      if (agent.state !== 'not_ready' || !agent.reason_code_id) return null;
      const own = platformReason(agent);
      if (own) return t(`platformReason.${own}`);
      const name = reasons.find((reason) => reason.id === agent.reason_code_id)?.name;
      return name ? t('work.notReadyFor', { reason: name }) : null;
    },
    [reasons, t],
  );
}
