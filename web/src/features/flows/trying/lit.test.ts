import { expect, test } from 'vitest';
import type { FlowWalk } from '@/shared/api/types';
import { litAs, pathOf } from './lit';

const step = (node: string, way: string | null) => ({ node, way });
const walk = {
  node: 'bye',
  steps: [step('menu', null), step('menu', null), step('play', 'keys.1'), step('bye', 'next')],
} as unknown as FlowWalk;

test('the path is drawn by the ways that were taken', () => {
  const lit = pathOf(walk, null);
  expect([...lit.ways]).toEqual(['menu keys.1', 'play next']);
  expect(['menu', 'bye', 'other'].map((id) => litAs(lit, id))).toEqual(['path', 'at', undefined]);
});

test('at an earlier step it ends there', () => {
  const lit = pathOf(walk, 2);
  expect([...lit.ways]).toEqual(['menu keys.1']);
  expect([litAs(lit, 'play'), litAs(lit, 'bye')]).toEqual(['at', undefined]);
});
