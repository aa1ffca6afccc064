import type { Query } from '@/shared/api/client';
import { nowZoned } from '@/shared/format/time';

/** The type of a customer (客户类型) is the tenant's own field with this key, a choice. */
export const typeKey = 'customer_type';
export const typeLabel = { 'zh-CN': '客户类型', 'zh-TW': '客戶類型', en: 'Customer type' };

/** The filters as they stand in the address. */
export const filterNames = ['q', 'type', 'tag', 'result', 'called', 'next'] as const;

export const calledChoices = ['today', 'week', 'notToday', 'notWeek', 'notMonth', 'never'] as const;
export const nextChoices = ['overdue', 'today', 'week', 'none'] as const;
export const failures = [
  'busy',
  'no_answer',
  'rejected',
  'no_such_number',
  'no_line',
  'not_allowed',
  'unreachable',
  'given_up',
] as const;

/** What the server is asked for. */
export function asQuery(text: (name: string) => string): Query {
  const result = text('result');
  const failed = failures.some((one) => one === result);
  return {
    q: text('q'),
    tag: text('tag'),
    next: nextChoices.find((one) => one === text('next')),
    ...(text('type') ? { field: typeKey, value: text('type') } : {}),
    ...(failed ? { last_failure: result } : { last_disposition_id: result }),
    ...called(text('called')),
  };
}

function called(choice: string): Query {
  const today = nowZoned().startOf('day');
  const monday = today.subtract((today.day() + 6) % 7, 'day');
  switch (choice) {
    case 'today':
      return { called_since: today.toISOString() };
    case 'week':
      return { called_since: monday.toISOString() };
    case 'notToday':
      return { not_called_since: today.toISOString() };
    case 'notWeek':
      return { not_called_since: monday.toISOString() };
    case 'notMonth':
      return { not_called_since: today.subtract(30, 'day').toISOString() };
    case 'never':
      return { not_called_since: '1970-01-01T00:00:00Z' };
    default:
      return {};
  }
}
