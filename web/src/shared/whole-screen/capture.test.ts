import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** The pages of one browser: each hears what the others say, at once. */
class FakeChannel {
  static open = new Set<FakeChannel>();
  onmessage?: (message: { data: unknown }) => void;
  constructor() {
    FakeChannel.open.add(this);
  }
  postMessage(data: unknown) {
    if (!FakeChannel.open.has(this)) return;
    for (const one of FakeChannel.open) if (one !== this) one.onmessage?.({ data });
  }
}

class FakeTrack extends EventTarget {
  readyState = 'live';
  contentHint = '';
  getSettings = () => ({ displaySurface: 'monitor' });
  stop() {
    this.readyState = 'ended';
  }
}

const tracks: FakeTrack[] = [];
const getDisplayMedia = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  vi.stubGlobal('navigator', { mediaDevices: { getDisplayMedia } });
  FakeChannel.open.clear();
  tracks.length = 0;
  getDisplayMedia.mockReset().mockImplementation(() => {
    const track = new FakeTrack();
    tracks.push(track);
    return Promise.resolve({ getTracks: () => [track], getVideoTracks: () => [track] });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page, how it is closed as browsers do it, and how its process is ended without a word. */
async function page() {
  const leaves: (() => void)[] = [];
  vi.spyOn(window, 'addEventListener').mockImplementation((name, listener) => {
    if (name === 'pagehide') leaves.push(listener as () => void);
  });
  const before = new Set(FakeChannel.open);
  const { Capture } = await import('./capture');
  FakeChannel.open = new Set(before); // without the one that is made by the import
  const capture = new Capture();
  vi.restoreAllMocks();
  const [channel] = [...FakeChannel.open].filter((one) => !before.has(one));
  const lost = () => FakeChannel.open.delete(channel as FakeChannel);
  const close = () => {
    leaves.forEach((leave) => leave());
    lost();
  };
  return { capture, close, lost };
}

describe('pages of which one shares the screen', () => {
  it('know it of each other, whichever was first', async () => {
    const one = await page();
    const other = await page();
    expect([one.capture.shares, other.capture.shares]).toEqual(['nowhere', 'nowhere']);
    await one.capture.share('a');
    const later = await page();
    expect([one, other, later].map(({ capture }) => capture.shares)).toEqual(['here', 'other', 'other']);
    one.capture.stop();
    expect([one, other, later].map(({ capture }) => capture.shares)).toEqual([
      'nowhere',
      'nowhere',
      'nowhere',
    ]);
    expect(tracks[0]?.readyState).toBe('ended');
  });

  it('know when it is closed, and soon when it is lost without a word', async () => {
    const other = await page();
    const closed = await page();
    await closed.capture.share('a');
    expect(other.capture.shares).toBe('other');
    closed.close();
    expect(other.capture.shares).toBe('nowhere');
    const lost = await page();
    await lost.capture.share('a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(other.capture.shares).toBe('other');
    lost.lost();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(other.capture.shares).toBe('nowhere');
  });

  it('know that another one goes on when one of two stops', async () => {
    const [one, two, three] = [await page(), await page(), await page()];
    await one.capture.share('a');
    await two.capture.share('a');
    one.capture.stop();
    expect([one, two, three].map(({ capture }) => capture.shares)).toEqual(['other', 'here', 'other']);
    two.capture.stop();
    expect([one, two, three].map(({ capture }) => capture.shares)).toEqual(['nowhere', 'nowhere', 'nowhere']);
  });
});

describe('what is asked of the browser', () => {
  it('is stopped where the company has it no more', async () => {
    const { capture } = await import('./capture');
    const { sharing } = await import('./later');
    expect(await capture.share('a')).toBe('shared');
    sharing.stop();
    expect(capture.shares).toBe('nowhere');
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended']);
  });

  it('is asked once at a time, and stopped when it comes too late', async () => {
    const { capture } = await page();
    const both = [capture.share('a'), capture.share('a')];
    expect(await Promise.all(both)).toEqual(['shared', 'shared']);
    expect(getDisplayMedia).toHaveBeenCalledTimes(1);
    capture.stop();
    const late = capture.share('a');
    capture.stop();
    expect(await late).toBe('refused');
    expect(capture.shares).toBe('nowhere');
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  });
});
