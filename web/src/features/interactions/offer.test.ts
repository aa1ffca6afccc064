// @vitest-environment node
import { expect, it } from 'vitest';
import { offerOf, valueKind } from './offer';

it('reads why an offer was made', () => {
  expect(
    offerOf({
      queue_id: 'q',
      chosen: 'agent',
      reason: 'proficiency',
      among: 3,
      ring: 1,
      values: { proficiency: 7, longest_idle: 12.5 },
      over: 'other',
    }),
  ).toEqual({
    chosen: 'agent',
    reason: 'proficiency',
    among: 3,
    ring: 1,
    values: [
      ['proficiency', 7],
      ['longest_idle', 12.5],
    ],
    over: 'other',
  });
});

it('makes nothing up for an offer without a reason', () => {
  expect(offerOf({ queue_id: 'q', leg_id: 'agent-1' })).toBeNull();
  expect(offerOf({ chosen: 'somebody', reason: 'age' })).toBeNull();
  expect(offerOf({ chosen: 'interaction', reason: 'only_one' })).toMatchObject({ over: null, values: [] });
});

it('tells durations from shares and figures', () => {
  expect(['longest_idle', 'least_occupied', 'random', 'ring', 'grade'].map(valueKind)).toEqual([
    'seconds',
    'share',
    'hidden',
    'ring',
    'figure',
  ]);
});
