import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** The weekdays' names in the reader's language, from Monday. */
export function useWeekdays(form: 'short' | 'long' = 'short'): string[] {
  const { i18n } = useTranslation();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(i18n.language, { weekday: form, timeZone: 'UTC' });
    return Array.from({ length: 7 }, (_, at) => format.format(Date.UTC(2024, 0, 1 + at))); // a Monday
  }, [i18n.language, form]);
}
