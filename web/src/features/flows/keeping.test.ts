import { beforeEach, expect, test } from 'vitest';
import type { NodeKind } from '@/shared/api/types';
import { emptyDocument, type Kinds } from './document';
import { forgetDraft, goneMilliseconds, keepDraft, leftDraft, ownName } from './keeping';

const kinds: Kinds = new Map(['answer', 'hang_up'].map((type) => [type, { type } as NodeKind]));
const now = Date.parse('2026-06-01T08:00:00Z');
const draft = (revision: number, at = now) => ({
  revision,
  base: emptyDocument,
  document: emptyDocument,
  at: new Date(at).toISOString(),
});
const other = (page: string) => ownName('me', 'flow').replace(/[^.]+$/, page);

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

test('what a page kept is offered when it is loaded anew, and not covered by what it keeps then', () => {
  keepDraft(ownName('me', 'flow'), draft(1), now);
  const left = leftDraft('me', 'flow', kinds, now + 1000);
  expect(left?.revision).toBe(1);
  keepDraft(ownName('me', 'flow'), draft(2), now + 2000);
  forgetDraft(ownName('me', 'flow')); // as saving does
  expect(leftDraft('me', 'flow', kinds, now + 3000 + goneMilliseconds)?.revision).toBe(1);
  forgetDraft(left?.name ?? '');
  expect(leftDraft('me', 'flow', kinds, now + 4000 + goneMilliseconds)).toBeNull();
});

test('the draft of a page that is open is its own; of one that is gone, it is offered', () => {
  keepDraft(other('another'), draft(3), now);
  expect(leftDraft('me', 'flow', kinds, now + 60_000)).toBeNull();
  expect(leftDraft('me', 'flow', kinds, now + goneMilliseconds + 1)?.revision).toBe(3);
  expect(leftDraft('me', 'else', kinds, now + goneMilliseconds + 1)).toBeNull();
  expect(leftDraft('somebody', 'flow', kinds, now + goneMilliseconds + 1)).toBeNull();
});

test('what is old or cannot be read is dropped', () => {
  keepDraft(other('old'), draft(4, now - 15 * 86_400_000), 0);
  localStorage.setItem(other('odd'), '{');
  localStorage.setItem(other('less'), JSON.stringify({ ...draft(5), document: { start: 1 }, seen: 0 }));
  expect(leftDraft('me', 'flow', kinds, now)).toBeNull();
  expect(Object.keys(localStorage)).toEqual([]);
});
