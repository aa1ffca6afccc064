import { expect, it } from 'vitest';
import type { InteractionDetail } from '@/shared/api/types';
import { recordingOrigins } from './origins';

const minute = (count: number) => new Date(Date.UTC(2026, 10, 30, 9, count)).toISOString();
const part = (kind: string, agent_id: string, from: number, until: number | null) => ({
  kind,
  agent_id,
  agent_name: agent_id,
  started_at: minute(from),
  ended_at: until === null ? null : minute(until),
});
const joined = (with_agent: string, at: number) => ({
  kind: 'conference.joined',
  at: minute(at),
  data: { with_agent },
});

/** Who speaks in each of two recordings: of the minutes 0 to 10 and 20 to 30. */
function speakers(segments: object[], events: object[] = []) {
  const recordings = [
    { id: 'one', started_at: minute(0), ended_at: minute(10) },
    { id: 'two', started_at: minute(20), ended_at: minute(30) },
  ];
  const origins = recordingOrigins({ recordings, segments, events } as unknown as InteractionDetail);
  return origins.map(({ agents }) => agents);
}

it('names who talked while it was recorded', () => {
  expect(speakers([part('agent', 'Li', 0, 15), part('colleague', 'Wu', 22, null)])).toEqual([['Li'], ['Wu']]);
});

it('does not name who was only asked beside, also if they had come in another time', () => {
  const asked = [part('agent', 'Li', 0, 30), part('consult', 'Wu', 2, 5)];
  expect(speakers(asked)).toEqual([['Li'], ['Li']]);
  expect(speakers([...asked, part('consult', 'Wu', 22, 25)], [joined('Wu', 23)])).toEqual([
    ['Li'],
    ['Li', 'Wu'],
  ]);
});

it('names who was asked from when they came in on', () => {
  const asked = [part('agent', 'Li', 0, 30), part('consult', 'Wu', 2, 30)];
  expect(speakers(asked, [joined('Wu', 4)])).toEqual([
    ['Li', 'Wu'],
    ['Li', 'Wu'],
  ]);
  expect(speakers(asked, [joined('Wu', 12)])).toEqual([['Li'], ['Li', 'Wu']]);
});

it('names who was asked and has the customer from then on', () => {
  const handed = [part('agent', 'Li', 0, 22), part('consult', 'Wu', 21, 22), part('agent', 'Wu', 22, 30)];
  expect(speakers(handed)).toEqual([['Li'], ['Li', 'Wu']]);
});
