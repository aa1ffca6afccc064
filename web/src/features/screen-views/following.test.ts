// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { follow, type Frame, nobody } from './following';

const page = (page_id: string, visible: boolean): Frame => ({ type: 'frame', page_id, page: { visible } });
const gone = (page_id: string): Frame => ({ type: 'frame', page_id });
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
