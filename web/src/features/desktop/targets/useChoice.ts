import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentNow, QueueNow, Targets, TargetsNow } from '@/shared/api/types';
import { useSession } from '@/shared/session/session';
import {
  find,
  numberTarget,
  typedNumber,
  whyNot,
  type Act,
  type Kind,
  type Now,
  type Target,
  type Why,
} from './find';
import { recentTargets } from './recent';

const often = 5000; // milliseconds: states change while somebody looks, and an agent is not told of colleagues
const nothing: Target[] = [];

export interface Row {
  target: Target;
  why: Why | null;
  agent?: AgentNow;
  queue?: QueueNow;
  recent: boolean;
}

export interface Choice {
  rows: Row[];
  chosen: Row | null;
  choose: (key: string) => void;
  /** To the next one that can be reached, or the one before. */
  move: (by: 1 | -1) => void;
  pending: boolean;
  error: unknown;
  /** The states are old: they could not be asked for again. */
  stale: boolean;
  retry: () => void;
  why: (target: Target, act: Act) => Why | null;
}

interface Wanted {
  act: Act;
  typed: string;
  kinds: Kind[];
  /** Of these kinds only this one; supervisors are whoever is free of them, and each by themselves. */
  only?: Kind | null;
  /** The project of the call: whose supervisors are meant. */
  project?: string | null;
  /** Numbers to choose from besides the one that is typed. */
  numbers?: string[];
  /** Whether the last one is chosen again when nothing is typed. */
  first?: boolean;
  /** Of a chat, which nobody's call forwarding leads elsewhere. */
  written?: boolean;
}

/** What there is to choose from for `act`, as it stands now. Rows stay where they are until something else is typed. */
export function useChoice({
  act,
  typed,
  kinds,
  only = null,
  project,
  numbers,
  first = true,
  written = false,
}: Wanted): Choice {
  const { t } = useTranslation();
  const { account } = useSession();
  const list = useQuery({
    queryKey: ['me', 'targets'],
    queryFn: () => api.get<Targets>('/me/targets'),
    staleTime: 30_000,
  });
  const states = useQuery({
    queryKey: ['me', 'targets', 'now'],
    queryFn: () => api.get<TargetsNow>('/me/targets/now'),
    staleTime: 0,
    refetchInterval: often, // not while the page is hidden, and at once when it is seen again
    refetchOnWindowFocus: true,
  });
  const now = useMemo(() => states.data && byId(states.data, written), [states.data, written]);
  const all = useMemo(
    () => (list.data ? targetsOf(list.data, project ?? null, t('targets.anySupervisor')) : nothing),
    [list.data, project, t],
  );
  const leaders = useMemo(() => all.filter((one) => one.leads).map((one) => one.id), [all]);
  const [recent] = useState(() => recentTargets(account.id));
  const why = (target: Target, which: Act) => (now ? whyNot(target, which, now, leaders) : null);

  const ready = now !== undefined && list.isSuccess;
  const basis = `${String(ready)} ${act} ${kinds.join()} ${String(only)} ${String(all.length)} ${typed.trim()} ${(numbers ?? []).join()}`;
  const [order, setOrder] = useState<{ basis: string; targets: Target[] }>({ basis: '', targets: nothing });
  if (order.basis !== basis) {
    const offered = [
      ...all,
      ...(kinds.includes('number') ? (numbers ?? []).map(numberTarget) : nothing),
    ].filter(
      (one) =>
        kinds.includes(one.kind) &&
        (only === null || one.kind === only || (only === 'supervisor' && one.leads)),
    );
    const found = now
      ? find(
          offered,
          typed,
          recent,
          (one) => why(one, act) === null,
          (one) => one.kind !== 'agent' || now.agents.has(one.id),
        )
      : nothing;
    const number = kinds.includes('number') && only === null ? typedNumber(typed) : null;
    const known = found.some((one) => one.number === number);
    setOrder({ basis, targets: number && !known && ready ? [...found, numberTarget(number)] : found });
  }
  const rows = useMemo(
    () =>
      order.targets.map((target): Row => ({
        target,
        why: now ? whyNot(target, act, now, leaders) : null,
        agent: now?.agents.get(target.id),
        queue: now?.queues.get(target.id),
        recent: recent.includes(target.key),
      })),
    [order.targets, now, act, leaders, recent],
  );

  const [picked, setPicked] = useState({ typed: '', key: '' });
  const pick = (key: string) => setPicked({ typed: typed.trim(), key });
  const open = rows.filter((row) => row.why === null);
  // By itself is chosen what fits best, or was chosen last; never the next best in place of it, which nobody has meant.
  const best = rows[0];
  const meant = best && best.why === null && (typed.trim() || (first && best.recent)) ? best : null;
  const chosen =
    (picked.typed === typed.trim() ? open.find((row) => row.target.key === picked.key) : null) ?? meant;
  const move = (by: 1 | -1) => {
    const at = chosen ? open.indexOf(chosen) : by > 0 ? -1 : 0;
    const next = open[(at + by + open.length) % open.length];
    if (next) pick(next.target.key);
  };
  return {
    rows,
    chosen,
    choose: pick,
    move,
    pending: list.isPending || states.isPending,
    error: list.data && states.data ? null : (list.error ?? states.error),
    stale: states.isRefetchError,
    retry: () => void Promise.all([list.refetch(), states.refetch()]),
    why,
  };
}

function byId(states: TargetsNow, written: boolean): Now {
  const agents = written
    ? states.agents.filter((one) => one.state !== 'logged_out').map((one) => ({ ...one, forwards: null }))
    : states.agents;
  return {
    agents: new Map(agents.map((one) => [one.id, one])),
    queues: new Map(states.queues.map((one) => [one.id, one])),
  };
}

function targetsOf(list: Targets, project: string | null, anySupervisor: string): Target[] {
  const named = (kind: Kind, id: string, name: string): Target => ({
    key: `${kind}:${id}`,
    kind,
    id,
    number: '',
    name,
    kinds: [],
    leads: false,
  });
  return [
    named('supervisor', '', anySupervisor),
    ...list.queues.map((one) => named('queue', one.id, one.name)),
    ...list.agents.map((one): Target => ({
      ...named('agent', one.id, one.name),
      number: one.number,
      kinds: one.kinds,
      leads: project !== null && one.supervises.includes(project),
    })),
    ...list.flows.map((one) => named('flow', one.id, one.name)),
  ];
}
