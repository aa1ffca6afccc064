import { expect, test } from 'vitest';
import type { FlowWalk } from '@/shared/api/types';
import { litAs, ownStep, pathOf } from './lit';

const step = (node: string, way: string | null, flow: string | null = null) => ({ node, way, flow });
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

test('the steps of a flow that is called are no part of the path', () => {
  const called = {
    node: 'bye',
    steps: [
      step('call', null),
      step('play', null, 'other'),
      step('give', null, 'other'),
      step('bye', 'next'),
    ],
  } as unknown as FlowWalk;
  expect([...pathOf(called, null).ways]).toEqual(['call next']);
  expect([pathOf(called, 2).at, litAs(pathOf(called, 2), 'play')]).toEqual(['call', undefined]);
  expect(ownStep(called.steps, 2)?.node).toBe('call');
});
