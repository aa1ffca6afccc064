// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Medium } from '@/shared/api/types';
import { atOnce, mediaOf, sharesOf } from './capacity';

const media: Medium[] = [
  { name: 'voice', weight: 100, most: null, real_time: true, interruptible: false },
  { name: 'chat', weight: 33, most: null, real_time: true, interruptible: false },
  { name: 'email', weight: 50, most: null, real_time: false, interruptible: true },
];

describe('capacity', () => {
  it('counts what fits at once', () => {
    expect([atOnce(33, null), atOnce(33, 2), atOnce(60, null), atOnce(20, 0)]).toEqual([3, 2, 1, 0]);
  });

  it('sends what was typed, the other figure as the platform has it', () => {
    const typed = {
      chat: { weight: 50, most: null, interruptible: true },
      email: { weight: null, most: 0 },
      voice: {},
    };
    const sent = mediaOf(typed, media);
    expect(sent).toEqual([
      { medium: 'chat', weight: 50, most: null, interruptible: true },
      { medium: 'email', weight: 50, most: 0, interruptible: null },
    ]);
    expect(sharesOf({ id: 'x', name: 'x', is_default: false, media: sent })).toEqual({
      chat: { weight: 50, most: null, interruptible: true },
      email: { weight: 50, most: 0, interruptible: null },
    });
  });
});
