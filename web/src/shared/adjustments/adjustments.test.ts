// @vitest-environment node
import { expect, it } from 'vitest';
import type { AdjustmentLive } from '@/shared/api/types';
import { type AdjustmentKind, holdsAfter, isBeneath, usualUntil } from './adjustments';

it.each<[AdjustmentKind, number, string]>([
  ['queue', 0, 'time'],
  ['project', 0, 'time'],
  ['medium', 0, 'time'],
  ['act', 0, 'time'],
  ['queue', 1, 'sign_in'],
  ['medium', 2, 'sign_in'],
  ['act', 1, 'sign_in'],
  ['skill', 0, 'sign_in'],
  ['rank', -2, 'sign_in'],
])('%s at %i holds until %s, if nothing else is chosen', (kind, level, until) => {
  expect(usualUntil(kind, level)).toBe(until);
});

const given = (id: string, more: Partial<AdjustmentLive>) =>
  ({ id, kind: 'skill', subject: 's', level: 3, for_good: false, until_at: null, ...more }) as AdjustmentLive;

it('what is for good beneath another one of the same holds after that', () => {
  const good = given('good', { for_good: true });
  const now = given('now', { until_at: '2026-12-01T10:00:00Z' });
  const others = [given('subject', { subject: 'other' }), given('kind', { kind: 'rank' })];
  const all = [good, ...others, now];
  expect(holdsAfter(now, all)).toBe(good);
  expect(all.filter((one) => isBeneath(one, all))).toEqual([good]);
  expect(isBeneath(good, [good, ...others])).toBe(false);
  expect(others.map((one) => holdsAfter(one, all))).toEqual([undefined, undefined]);
});
