/** What is lit on the canvas: where the caller is, the nodes and ways of a path (or those that tests reach), and where
 * a test fails. A way is named as its edge: `node handle`. */

import type { FlowWalk, FlowWalkStep } from '@/shared/api/types';

export interface Lit {
  at: string | null;
  nodes: ReadonlySet<string>;
  ways: ReadonlySet<string>;
  failed: ReadonlySet<string>;
}

export function litAs(lit: Lit | null, id: string): 'at' | 'path' | 'failed' | undefined {
  if (lit?.failed.has(id)) return 'failed';
  if (lit?.at === id) return 'at';
  return lit?.nodes.has(id) ? 'path' : undefined;
}

/** The last step of the flow itself up to this one, which may be of a flow that it calls. */
export function ownStep(steps: readonly FlowWalkStep[], upTo: number): FlowWalkStep | undefined {
  return steps.slice(0, upTo + 1).findLast((one) => one.flow === null);
}

/** The path up to a step; without one, the whole of it. */
export function pathOf({ steps }: FlowWalk, upTo: number | null): Lit {
  const shown = (upTo === null ? steps : steps.slice(0, upTo + 1)).filter((one) => one.flow === null);
  const ways = shown.flatMap(({ way }, at) => {
    const before = shown[at - 1];
    return way !== null && before ? [`${before.node} ${way}`] : [];
  });
  return {
    at: shown.at(-1)?.node ?? null,
    nodes: new Set(shown.map((one) => one.node)),
    ways: new Set(ways),
    failed: new Set(),
  };
}
