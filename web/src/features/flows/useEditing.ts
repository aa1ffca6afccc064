import { useEffect, useState } from 'react';
import { api } from '@/shared/api/client';
import type { FlowEditing } from '@/shared/api/types';

const everySeconds = 10;

/** Says that this page has the flow open, and hears who else has and which draft stands; null: not known. */
export function useEditing(flowId: string, unsaved: boolean, enabled: boolean): FlowEditing | null {
  const [page] = useState(pageId);
  const [heard, setHeard] = useState<FlowEditing | null>(null);
  useEffect(() => {
    if (!enabled) return;
    let gone = false;
    const say = async () => {
      try {
        const answer = await api.post<FlowEditing>(`/flows/${flowId}/editors`, { page_id: page, unsaved });
        if (!gone) setHeard(answer);
      } catch {
        if (!gone) setHeard(null); // who is there is not known while the server is away
      }
    };
    void say();
    const timer = setInterval(() => void say(), everySeconds * 1000);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [flowId, page, unsaved, enabled]);
  useEffect(() => {
    if (!enabled) return;
    const leave = () =>
      void api.tell(`/flows/${flowId}/editors`, { page_id: page, leaving: true }).catch(() => undefined);
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [flowId, page, enabled]);
  return heard;
}

/** `crypto.randomUUID` is there on secure pages only. */
function pageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
