import { useMemo } from 'react';
import type { AgentLive } from '@/shared/api/types';
import { useLive } from '@/shared/live/hooks';

export type OnBreak = AgentLive & { break_request: NonNullable<AgentLive['break_request']> };

const order = ['began', 'granted', 'waiting'];

/** Who rests, longest first; then who will, and who waits, in their order. */
export function useOnBreak(queueId: string, wanted: string): OnBreak[] {
  const agents = useLive((live) => live.view.agents);
  return useMemo(() => {
    const since = ({ break_request: asked }: OnBreak) => asked.began_at ?? asked.asked_at;
    return [...agents.values()]
      .filter((one): one is OnBreak => Boolean(one.break_request))
      .filter((one) => !queueId || one.queue_ids.includes(queueId))
      .filter((one) => !wanted || one.name.toLowerCase().includes(wanted) || one.number.includes(wanted))
      .sort(
        (one, other) =>
          order.indexOf(one.break_request.state) - order.indexOf(other.break_request.state) ||
          since(one).localeCompare(since(other)),
      );
  }, [agents, queueId, wanted]);
}
