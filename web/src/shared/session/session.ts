import { createContext, useContext } from 'react';
import type { Session } from '@/shared/api/types';

export interface SessionControl {
  session: Session;
  /** Ends this session, or all sessions of the account. */
  signOut: (options?: { everywhere: boolean }) => Promise<void>;
}

export const SessionContext = createContext<SessionControl | null>(null);

export function useSession(): Session {
  return useSessionControl().session;
}

export function useSessionControl(): SessionControl {
  const control = useContext(SessionContext);
  if (!control) throw new Error('SessionContext is missing');
  return control;
}

/** Whether the reader has one of the rights; the server decides again on every request. */
export function useRight(...wanted: string[]): boolean {
  const { rights } = useSession();
  return wanted.some((right) => rights.includes(right));
}
