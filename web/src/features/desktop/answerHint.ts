import type { AgentLive } from '@/shared/api/types';

/** How an agent takes a call that is not answered in the browser. */
export const answerHint = ({ phone_kind }: AgentLive) =>
  phone_kind === 'number' ? 'call.answerByKey' : 'call.answerAtPhone';
