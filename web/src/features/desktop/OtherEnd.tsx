import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Interaction, Targets } from '@/shared/api/types';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { made } from '@/shared/customers/ends';
import { useSession } from '@/shared/session/session';

type Ends = Pick<Interaction, 'direction' | 'agent_id' | 'caller' | 'called' | 'medium'>;

/** Who was at the other end: of an internal call the colleague, whoever of the two has called. */
export function OtherEnd({ one }: { one: Ends }) {
  const { agent } = useSession();
  if (one.direction !== 'internal') return <CallerNumber value={one.caller} medium={one.medium} />;
  return <Colleague number={made(one, agent?.id) ? one.caller : one.called} />;
}

function Colleague({ number }: { number: string | null }) {
  const { data } = useQuery({
    queryKey: ['me', 'targets'],
    queryFn: () => api.get<Targets>('/me/targets'),
    staleTime: 30_000,
  });
  const name = data?.agents.find((one) => one.number === number)?.name;
  return <span className="hj-figures">{[name, number].filter(Boolean).join(' ')}</span>;
}
