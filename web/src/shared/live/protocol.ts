import type { AgentLive, BlendNow, InteractionLive, QueueLive } from '@/shared/api/types';
import type { ChatFrame } from './news';

export interface LiveView {
  readonly seq: number;
  readonly agents: ReadonlyMap<string, AgentLive>;
  readonly queues: ReadonlyMap<string, QueueLive>;
  readonly interactions: ReadonlyMap<string, InteractionLive>;
  readonly blends: readonly BlendNow[];
}

export const emptyView: LiveView = {
  seq: -1,
  agents: new Map(),
  queues: new Map(),
  interactions: new Map(),
  blends: [],
};

/** A company whose calls are not served, because something of it fails again and again. */
export interface SetAside {
  work: 'events' | 'reading';
  since: string;
  next_try_at: string | null;
  /** The object that fails; empty for who may not see all of the company. */
  about: string;
}

interface Snapshot {
  type: 'snapshot';
  seq: number;
  view: { agents: AgentLive[]; queues: QueueLive[]; interactions: InteractionLive[]; blends?: BlendNow[] };
}

interface Delta {
  type: 'delta';
  prev_seq: number;
  seq: number;
  agents?: AgentLive[];
  /** Of each its id and what changed. */
  queues?: ({ id: string } & Partial<QueueLive>)[];
  interactions?: InteractionLive[];
  ended?: string[];
  /** All of them, when one changed. */
  blends?: BlendNow[] | null;
}

/** A supervisor views this agent's screen, which is said again and again while it lasts. */
export interface ScreenViewTold {
  view_id: string;
  /** `picture`: the whole screen is needed anew. */
  what: 'on' | 'picture' | 'off';
  /** Who does, where the company says so. */
  by?: string | null;
}

export type ServerMessage =
  | Snapshot
  | Delta
  | { type: 'chat'; interaction_id: string; frame: ChatFrame }
  | { type: 'bulletins' }
  | { type: 'alarms' }
  | { type: 'next_calls' }
  | { type: 'settings' }
  | ({ type: 'screen_view' } & ScreenViewTold)
  | { type: 'screen_views' }
  | { type: 'stale'; set_aside?: SetAside | null }
  | { type: 'ping' }
  | { type: 'pong' }
  | { type: 'bye'; reason?: string };

type Step = { outcome: 'applied'; view: LiveView } | { outcome: 'ignored' } | { outcome: 'gap' };

const byId = <T extends { id: string }>(items: T[]): Map<string, T> =>
  new Map(items.map((item) => [item.id, item]));

function merged<T extends { id: string }>(
  current: ReadonlyMap<string, T>,
  changed: T[] | undefined,
  removed: string[] = [],
): ReadonlyMap<string, T> {
  if (!changed?.length && !removed.length) return current;
  const next = new Map(current);
  for (const item of changed ?? []) next.set(item.id, item);
  for (const id of removed) next.delete(id);
  return next;
}

/** One message folded into the view. A delta that does not follow what we have is a gap. */
export function fold(view: LiveView, message: Snapshot | Delta): Step {
  if (message.type === 'snapshot') {
    return {
      outcome: 'applied',
      view: {
        seq: message.seq,
        agents: byId(message.view.agents),
        queues: byId(message.view.queues),
        interactions: byId(message.view.interactions),
        blends: message.view.blends ?? [],
      },
    };
  }
  // Deltas that were on their way while the snapshot was made are already in it.
  // A delta from our number to our number tells what no event of the ledger numbers, such as figures.
  const unnumbered = message.seq === view.seq && message.prev_seq === view.seq;
  if (message.seq <= view.seq && !unnumbered) return { outcome: 'ignored' };
  if (view.seq < 0 || message.prev_seq !== view.seq) return { outcome: 'gap' };
  return {
    outcome: 'applied',
    view: {
      seq: message.seq,
      agents: merged(view.agents, message.agents),
      queues: merged(
        view.queues,
        message.queues?.map((changed) => ({ ...view.queues.get(changed.id), ...changed }) as QueueLive),
      ),
      interactions: merged(view.interactions, message.interactions, message.ended),
      blends: message.blends ?? view.blends,
    },
  };
}
