import { useLiveAgent } from '@/shared/live/hooks';
import { useSession } from '@/shared/session/session';

export type ListenLack = 'noWork' | 'noNumber' | 'signedOut' | 'unreachable' | 'inCall';

const busy = ['reserved', 'engaged', 'wrap_up'];

/** What the reader lacks to come to somebody's conversation, said before they ask; null: nothing. A chat needs no
 * phone. */
export function useListenLack(byPhone: boolean): ListenLack | null {
  const { rights, agent } = useSession();
  const own = useLiveAgent(agent?.id);
  if (!rights.includes('agent.work')) return 'noWork';
  if (!agent) return 'noNumber';
  if (own?.state === 'logged_out') return 'signedOut';
  if (!byPhone || !own) return null;
  if (own.unreachable_since) return 'unreachable';
  return busy.includes(own.state) ? 'inCall' : null;
}
