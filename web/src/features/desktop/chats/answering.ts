import { useState } from 'react';
import { api } from '@/shared/api/client';
import { useReportError } from '@/shared/components/errors';

/** Takes a chat that is offered, or leaves it to somebody else. */
export function useAnswer(id: string) {
  const report = useReportError();
  const [busy, setBusy] = useState(false);
  const answer = (how: 'accept' | 'reject') => {
    setBusy(true);
    api
      .post(`/me/interactions/${id}/${how}`)
      .catch(report)
      .finally(() => setBusy(false));
  };
  return { answer, busy };
}
