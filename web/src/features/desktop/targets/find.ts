/** Whom a call can go to: what fits what was typed, in which order, and why somebody cannot be reached. */
import pinyin from 'pinyin-match/es/traditional.js';
import type { AgentNow, QueueNow } from '@/shared/api/types';

/** What is done with a call: sent on, asked about beside it, or begun. */
export type Act = 'transfer' | 'consult' | 'call';
export type Kind = 'agent' | 'supervisor' | 'queue' | 'flow' | 'number';

/** `supervisor` is whoever of them is free. `kinds` says what kind of seat an agent's is; `leads` the call's project. */
export interface Target {
  key: string;
  kind: Kind;
  id: string;
  number: string;
  name: string;
  kinds: string[];
  leads: boolean;
}

export interface Now {
  agents: Map<string, AgentNow>;
  queues: Map<string, QueueNow>;
}

export type Why = 'signedOut' | 'notReady' | 'unreachable' | 'busy' | 'nobodyFree' | 'noSupervisor';

const isFree = (one: AgentNow) => one.state === 'available' && one.reachable;
const takesCalls = (one: AgentNow) => one.state !== 'not_ready';

/** Why the target cannot be reached now; null: it can. The platform holds to the same. */
export function whyNot(target: Target, act: Act, now: Now, leaders: string[]): Why | null {
  if (target.kind === 'supervisor') {
    const there = leaders.map((id) => now.agents.get(id)).filter((one) => one !== undefined);
    if (act === 'transfer') return there.some(takesCalls) ? null : 'noSupervisor';
    return there.some(isFree) ? null : 'nobodyFree';
  }
  if (target.kind === 'queue')
    return act === 'transfer' || now.queues.get(target.id)?.agents_available ? null : 'nobodyFree';
  if (target.kind !== 'agent') return null;
  const one = now.agents.get(target.id);
  if (one?.forwards) return null; // to where the platform knows whether it can go
  if (!one) return 'signedOut';
  if (!takesCalls(one)) return 'notReady';
  if (act === 'transfer') return null;
  if (one.state !== 'available') return 'busy';
  return one.reachable ? null : 'unreachable';
}

/** How well the target fits what was typed: 0 not at all. Numbers before names, names before kinds of seat. */
export function fit(target: Target, typed: string): number {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return 1;
  const bare = wanted.replace(/[\s()-]/g, '');
  if (target.number && target.number.toLowerCase() === bare) return 100;
  if (target.number.toLowerCase().startsWith(bare) && bare) return 80;
  const name = target.name.toLowerCase();
  if (name.startsWith(wanted)) return 70;
  if (name.includes(wanted)) return 60;
  const spelt = /^[a-zü\s']+$/.test(wanted) ? pinyin.match(name, wanted) : false;
  if (spelt) return spelt[0] === 0 ? 50 : 40;
  return target.kinds.some((kind) => fitsKind(kind, wanted)) ? 20 : 0;
}

function fitsKind(kind: string, wanted: string): boolean {
  return kind.toLowerCase().includes(wanted) || pinyin.match(kind, wanted) !== false;
}

const kindOrder: Kind[] = ['number', 'supervisor', 'queue', 'agent', 'flow'];

/** Those that fit, the best first; of the like, who was chosen lately, then who can be reached. Who is signed out shows
 *  when looked for. */
export function find(
  targets: Target[],
  typed: string,
  recent: string[],
  reachable: (target: Target) => boolean,
  present: (target: Target) => boolean,
): Target[] {
  const place = (target: Target) => {
    const index = recent.indexOf(target.key);
    return index < 0 ? recent.length : index;
  };
  return targets
    .map((target) => ({ target, fits: fit(target, typed), place: place(target), there: reachable(target) }))
    .filter(
      ({ target, fits, place: at }) => fits > 0 && (typed.trim() || at < recent.length || present(target)),
    )
    .sort(
      (one, other) =>
        other.fits - one.fits ||
        one.place - other.place ||
        Number(other.there) - Number(one.there) ||
        kindOrder.indexOf(one.target.kind) - kindOrder.indexOf(other.target.kind) ||
        Number(other.target.leads) - Number(one.target.leads) ||
        one.target.number.localeCompare(other.target.number) ||
        one.target.name.localeCompare(other.target.name),
    )
    .map(({ target }) => target);
}

/** The telephone number that was typed, without separators; null where it is something else. */
export function typedNumber(typed: string): string | null {
  const bare = typed.replace(/[\s()-]/g, '');
  return /^\+?\d{2,30}$/.test(bare) ? bare : null;
}

export function numberTarget(number: string): Target {
  return { key: `number:${number}`, kind: 'number', id: number, number, name: '', kinds: [], leads: false };
}
