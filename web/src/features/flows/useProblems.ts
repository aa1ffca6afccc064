import { useCallback, useEffect, useState } from 'react';
import { api } from '@/shared/api/client';
import type { FlowProblem } from '@/shared/api/types';
import type { FlowDocument } from './document';

const restMilliseconds = 700;

export type CheckState = 'checking' | 'checked' | 'failed';

/** What is wrong with the document, found anew after each change, once the hand rests. */
export function useProblems(flowId: string, document: FlowDocument, enabled: boolean) {
  const [problems, setProblems] = useState<FlowProblem[] | null>(null);
  const [of, setOf] = useState<{ document: FlowDocument; failed: boolean } | null>(null);
  const ask = useCallback(
    async (wanted: FlowDocument, current: () => boolean): Promise<FlowProblem[]> => {
      const path = `/flows/${flowId}/validate`;
      const { problems: found } = await api.post<{ problems: FlowProblem[] }>(path, { document: wanted });
      if (current()) {
        setProblems(found);
        setOf({ document: wanted, failed: false });
      }
      return found;
    },
    [flowId],
  );
  useEffect(() => {
    if (!enabled) return;
    let old = false;
    const timer = setTimeout(() => {
      ask(document, () => !old).catch(() => {
        if (!old) setOf({ document, failed: true });
      });
    }, restMilliseconds);
    return () => {
      old = true;
      clearTimeout(timer);
    };
  }, [ask, document, enabled]);
  const state: CheckState = of?.document !== document ? 'checking' : of.failed ? 'failed' : 'checked';
  return { problems, state, tell: setProblems, check: () => ask(document, () => true) };
}
