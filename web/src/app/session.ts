import { QueryClient, queryOptions } from '@tanstack/react-query';
import { api, ApiError, setCsrfToken } from '@/shared/api/client';
import type { Session } from '@/shared/api/types';
import { setZone } from '@/shared/format/time';
import { isLanguage, languageChosenHere, setLanguage } from '@/shared/i18n';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    const answer = await api.get<Session>('/session');
    setCsrfToken(answer.csrf_token ?? '');
    setZone(answer.tenant.time_zone);
    const language = answer.account.language ?? answer.tenant.language;
    if (!languageChosenHere() && isLanguage(language)) await setLanguage(language);
    return answer;
  },
  staleTime: Infinity,
});

/** Asks for the session while the pieces of the screen are still on their way. */
export function askSession(): null {
  queryClient.query(sessionQuery).catch(() => null); // who reads it says what is wrong
  return null;
}
