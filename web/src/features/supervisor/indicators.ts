import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { IndicatorSettings, QueueLive } from '@/shared/api/types';
import { ratio } from '@/shared/format/format';

/** What the server counts in the last minutes; the formulas are there (`reporting.indicators`). */
export function useIndicatorSettings(): IndicatorSettings | undefined {
  return useQuery({
    queryKey: ['/settings/indicators'],
    queryFn: () => api.get<IndicatorSettings>('/settings/indicators'),
  }).data;
}

export interface Indicators {
  entered: number;
  serviceLevel: number | null;
  loss: number | null;
  answerRate: number | null;
  /** Within each of the settings' times. */
  within: (number | null)[];
}

/** Of these queues together: sums over sums, never an average of shares. */
export function indicatorsOf(queues: Iterable<Pick<QueueLive, 'recent'>>, times: number): Indicators {
  let entered = 0;
  let answered = 0;
  let inService = 0;
  let lost = 0;
  const within = Array.from({ length: times }, () => 0);
  for (const { recent } of queues) {
    if (!recent) continue;
    entered += recent.entered;
    answered += recent.answered;
    inService += recent.in_service;
    lost += recent.lost;
    recent.within.forEach((number, at) => {
      if (at < times) within[at] = (within[at] ?? 0) + number;
    });
  }
  return {
    entered,
    serviceLevel: ratio(inService, entered),
    loss: ratio(lost, entered),
    answerRate: ratio(answered, entered),
    within: within.map((number) => ratio(number, entered)),
  };
}

export type Level = 'calm' | 'amber' | 'red';
type Bounds = NonNullable<IndicatorSettings['bounds']>;

const lowIsBad: (keyof Bounds)[] = ['service_level', 'answer_rate'];

/** How bad a value is by the settings' bounds. */
export function levelOf(
  settings: IndicatorSettings | undefined,
  name: keyof Bounds,
  value: number | null,
): Level {
  const bound = settings?.bounds[name];
  if (!bound || value === null) return 'calm';
  const past = (limit: number | null | undefined) =>
    limit !== null && limit !== undefined && (lowIsBad.includes(name) ? value < limit : value > limit);
  return past(bound.red) ? 'red' : past(bound.amber) ? 'amber' : 'calm';
}
