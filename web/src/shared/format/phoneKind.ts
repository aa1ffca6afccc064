import type { AgentLive } from '@/shared/api/types';

/** The text of what an agent talks by. */
export const phoneKindText = {
  browser: 'phone.kindBrowser',
  phone: 'phone.kindPhone',
  number: 'phone.kindNumber',
} as const satisfies Record<AgentLive['phone_kind'], string>;
