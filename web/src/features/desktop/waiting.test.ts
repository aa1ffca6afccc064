import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, settle, useWaiting } from './waiting';

describe('what waits for the platform', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked once, until the platform has done it', () => {
    const { result, rerender } = renderHook(({ on }) => useWaiting('a', 'hold', on), {
      initialProps: { on: false },
    });
    expect(result.current).toBe(false);
    act(() => expect(ask('a', 'hold', true)).toBe(true));
    expect(ask('a', 'hold', true)).toBe(false);
    expect(ask('a', 'mute', true)).toBe(true);
    rerender({ on: false });
    expect(result.current).toBe(true);
    rerender({ on: true });
    expect(result.current).toBe(false);
    act(() => expect(ask('a', 'hold', false)).toBe(true));
    act(() => settle('a', 'hold'));
    expect(result.current).toBe(false);
  });

  it('is waited for no longer when nothing comes', () => {
    const { result } = renderHook(() => useWaiting('b', 'mute', false));
    act(() => void ask('b', 'mute', true));
    expect(result.current).toBe(true);
    act(() => void vi.advanceTimersByTime(8000));
    expect(result.current).toBe(false);
  });
});
