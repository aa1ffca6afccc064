// @vitest-environment node
import { expect, it } from 'vitest';
import { type AdjustmentKind, usualUntil } from './adjustments';

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
