import { useSyncExternalStore } from 'react';
import { Phone, type PhoneState } from './phone';

/** The page's telephone outlives every screen: a call goes on while its agent looks something up. */
export const phone = new Phone();

export function usePhone(): PhoneState {
  return useSyncExternalStore(phone.subscribe, phone.get);
}
