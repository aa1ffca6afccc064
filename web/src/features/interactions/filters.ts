import type { Query } from '@/shared/api/client';
import { nowZoned } from '@/shared/format/time';

/** The filters that the address carries and the server understands; lists, exports and links share them. */
export const filterNames = [
  'from',
  'to',
  'number',
  'customer_id',
  'agent_id',
  'queue_id',
  'direction',
  'medium',
  'end_reason',
  'has_recording',
  'message_left',
  'malicious',
  'mos_below',
  'disposition_id',
  'summary',
  'summary_agent_id',
  'noted',
  'project_id',
  'business_id',
  'queued_from',
  'queued_to',
] as const;

export const directions = ['inbound', 'outbound', 'callback', 'internal'] as const;

export const endReasons = [
  'completed',
  'abandoned_in_flow',
  'abandoned_in_queue',
  'abandoned_ringing',
  'refused_unknown_number',
  'refused_full',
  'suspended',
  'flow_error',
  'flow_ended',
  'no_agent',
  'callback_requested',
  'callback_failed',
  'callback_expired',
  'callback_cancelled',
  'system_failure',
  'switch_lost',
  'visitor_silent',
  'not_reached',
  'given_up',
  'abandoned_parked',
  'not_picked_up',
] as const;

export const pageSizes = [20, 50, 100] as const;

export function filterQuery(parameters: URLSearchParams): Query {
  const query: Record<string, string | string[]> = {};
  for (const name of filterNames) {
    const values = parameters.getAll(name).filter(Boolean);
    if (values.length === 1 && values[0]) query[name] = values[0];
    else if (values.length > 1) query[name] = values;
  }
  return query;
}

export type Preset = 'today' | 'yesterday' | 'week' | 'month';

export function presetRange(preset: Preset): [string, string] {
  const today = nowZoned().startOf('day');
  const ranges = {
    today: [today, today.add(1, 'day')],
    yesterday: [today.subtract(1, 'day'), today],
    week: [today.subtract(6, 'day'), today.add(1, 'day')],
    month: [today.subtract(29, 'day'), today.add(1, 'day')],
  } as const;
  const [from, to] = ranges[preset];
  return [from.toISOString(), to.toISOString()];
}
