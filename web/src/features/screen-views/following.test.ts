// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { follow, type Frame, nobody, sharing } from './following';

const page = (page_id: string, visible: boolean): Frame => ({ type: 'frame', page_id, page: { visible } });
const gone = (page_id: string): Frame => ({ type: 'frame', page_id });
const shares = (page_id: string, visible = true): Frame => ({
  type: 'frame',
  page_id,
  page: { visible, shares: true },
});
const after = (...frames: Frame[]) => frames.reduce(follow, nobody).shown;

describe('which page of the agent is shown', () => {
  it('is the one in front', () => {
    expect(after(page('a', false), page('b', true))).toBe('b');
    expect(after(page('a', true), page('b', true))).toBe('b');
    expect(after(page('a', true), page('b', false))).toBe('a');
  });

  it('stays while none is in front', () => {
    expect(after(page('a', true), page('b', false), page('a', false))).toBe('a');
  });

  it('is another one when it goes', () => {
    expect(after(page('a', true), page('b', false), gone('a'))).toBe('b');
    expect(after(page('a', true), gone('a'))).toBeNull();
  });
});

describe('which page has the whole screen', () => {
  const has = (...frames: Frame[]) => sharing(frames.reduce(follow, nobody));

  it('is the last that began to share, though one before was lost without a word', () => {
    expect(has(page('a', true))).toBeNull();
    expect(has(shares('lost'), shares('again'))).toBe('again');
    expect(has(page('a', true), shares('lost'), shares('a'))).toBe('a');
  });

  it('stays the same while both share', () => {
    expect(has(shares('a'), shares('b'), shares('a', false), shares('a'))).toBe('b');
  });

  it('is another one that shares when it stops or goes', () => {
    expect(has(shares('a'), shares('b'), page('b', true))).toBe('a');
    expect(has(shares('a'), shares('b'), gone('b'))).toBe('a');
    expect(has(shares('a'), gone('a'))).toBeNull();
  });
});
