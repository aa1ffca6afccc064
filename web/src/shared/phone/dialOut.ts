import { api, ApiError } from '@/shared/api/client';
import { phone } from './hooks';

interface Whom {
  number?: string;
  agent_id?: string;
  customer_id?: string;
  caller_number_id?: string;
}

const askedAgainFor = 5000;
const pause = 400;

/**
 * Calls out. The platform hears of a phone that has just signed in a moment after this page does (a page that was
 * loaded anew): so long it is asked again.
 */
export async function dialOut(whom: Whom): Promise<void> {
  const until = Date.now() + askedAgainFor;
  for (;;) {
    try {
      await api.post('/me/calls', whom);
      return;
    } catch (error) {
      const unheard = error instanceof ApiError && error.code === 'your_phone_is_unreachable';
      if (!unheard || phone.get().registration !== 'registered' || Date.now() > until) throw error;
    }
    await new Promise((again) => setTimeout(again, pause));
  }
}
