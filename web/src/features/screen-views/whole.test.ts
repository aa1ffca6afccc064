import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sending } from './sending';
import type { FromPage, FromViewer } from './signals';
import { type Whole, WholeView } from './whole';

/** What is asked of a connection, and how far it has come; nothing is sent. */
class FakePeer {
  static made: FakePeer[] = [];
  connectionState = 'new';
  localDescription: { sdp: string } | null = null;
  remoteDescription: { sdp: string } | null = null;
  added: string[] = [];
  onicecandidate?: (event: { candidate: object | null }) => void;
  onconnectionstatechange?: () => void;
  ontrack?: (event: { track: object; streams: object[] }) => void;
  constructor(readonly configuration: object) {
    FakePeer.made.push(this);
  }
  addTransceiver() {}
  setLocalDescription() {
    this.localDescription = { sdp: this.remoteDescription ? 'answer' : 'offer' };
    return Promise.resolve();
  }
  setRemoteDescription(description: { sdp: string }) {
    this.remoteDescription = description;
    return Promise.resolve();
  }
  addIceCandidate({ candidate }: { candidate: string }) {
    if (!this.remoteDescription) return Promise.reject(new Error('too early'));
    this.added.push(candidate);
    return Promise.resolve();
  }
  close() {
    this.connectionState = 'closed';
  }
  becomes(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

const open = () => FakePeer.made.filter(({ connectionState }) => connectionState !== 'closed');
const settle = () => vi.advanceTimersByTimeAsync(0);
const candidate = (connection: string) => ({
  type: 'candidate' as const,
  connection,
  candidate: 'candidate:1',
  mid: '0',
  line: 0,
});

beforeEach(() => {
  vi.useFakeTimers();
  FakePeer.made = [];
  vi.stubGlobal('RTCPeerConnection', FakePeer);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function page(stream: object | null = { getVideoTracks: () => [{}] }) {
  const said: [string, FromPage][] = [];
  const now = { stream };
  const sending = new Sending(
    () => now.stream as MediaStream | null,
    (view, signal) => said.push([view, signal]),
  );
  const ask = async (view: string, connection = view) => {
    sending.take(view, { type: 'ask', connection });
    await settle();
  };
  return { sending, said, ask, now };
}

describe('the page that shares the whole screen', () => {
  it('offers it to who asks, and takes in what comes early', async () => {
    const { sending, said, ask } = page();
    sending.iceServers = [{ urls: 'stun:here' }];
    await ask('v');
    expect(said).toEqual([['v', { type: 'offer', connection: 'v', sdp: 'offer' }]]);
    const [peer] = FakePeer.made as [FakePeer];
    expect(peer.configuration).toEqual({ iceServers: [{ urls: 'stun:here' }] });
    sending.take('v', candidate('v'));
    await settle();
    expect(peer.added).toEqual([]);
    sending.take('v', { type: 'answer', connection: 'v', sdp: 'answer' });
    await settle();
    expect(peer.added).toEqual(['candidate:1']);
  });

  it('has one connection for each who looks, four at most, and none without a screen', async () => {
    const { said, ask } = page();
    await ask('v', 'first');
    await ask('v', 'again');
    expect(open()).toHaveLength(1);
    for (const view of ['w', 'x', 'y', 'z']) await ask(view);
    expect(open()).toHaveLength(4);
    expect(said.at(-1)).toEqual(['z', { type: 'end', why: 'busy', connection: 'z' }]);
    const nothing = page(null);
    await nothing.ask('v');
    expect(nothing.said).toEqual([['v', { type: 'end', why: 'not_shared', connection: 'v' }]]);
  });

  it('ends each when it is told so, and all when the screen or the socket is gone', async () => {
    const { sending, said, ask } = page();
    for (const view of ['v', 'w', 'x']) await ask(view);
    sending.take('v', { type: 'end', why: 'left', connection: 'another' });
    expect(open()).toHaveLength(3);
    sending.take('v', { type: 'end', why: 'left' });
    expect(open()).toHaveLength(2);
    sending.stopped();
    expect(open()).toHaveLength(0);
    expect(said.at(-1)).toEqual(['x', { type: 'end', why: 'stopped', connection: 'x' }]);
    await ask('v');
    const before = said.length;
    sending.stop();
    expect(open()).toHaveLength(0);
    expect(said).toHaveLength(before);
  });
});

function viewer() {
  const said: [string, FromViewer][] = [];
  const now: { whole?: Whole } = {};
  const silent: string[] = [];
  const view = new WholeView(
    (to, signal) => said.push([to, signal]),
    (whole) => (now.whole = whole),
    (page) => silent.push(page),
  );
  const last = () => said.at(-1)?.[1] as { type: string; connection: string };
  const live = async () => {
    const { connection } = last();
    view.take('p', { type: 'offer', connection, sdp: 'offer' });
    await settle();
    FakePeer.made.at(-1)?.ontrack?.({ track: {}, streams: [{ id: 's' }] });
    view.seen();
  };
  return { view, said, now, last, live, silent };
}

describe('who looks at the whole screen', () => {
  it('asks the page that has it, answers it, and is live with the first picture', async () => {
    const { view, said, now, live } = viewer();
    view.follow('p');
    expect(said).toEqual([]); // nobody looks at it yet
    view.start();
    view.seen(); // of a picture that is not its own
    expect(now.whole?.phase).toBe('connecting');
    await live();
    expect(said.map(([to, { type }]) => [to, type])).toEqual([
      ['p', 'ask'],
      ['p', 'answer'],
    ]);
    expect(now.whole?.phase).toBe('live');
    view.stop();
    expect(said.at(-1)?.[1].type).toBe('end');
    expect(open()).toHaveLength(0);
  });

  it('waits for one who does not share, and asks as soon as one does', () => {
    const { view, said, now } = viewer();
    view.start();
    expect(now.whole?.phase).toBe('connecting');
    view.follow(null);
    expect(now.whole?.phase).toBe('not_shared');
    view.follow('p');
    expect(said[0]?.[1].type).toBe('ask');
  });

  it('is told why there is nothing to see', async () => {
    const { view, now, last, live } = viewer();
    view.start();
    view.follow('p');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(now.whole).toMatchObject({ phase: 'failed', why: 'no_answer' });
    for (const why of ['busy', 'away'] as const) {
      view.start();
      view.take('p', { type: 'end', why, connection: last().connection });
      expect(now.whole).toMatchObject({ phase: 'failed', why });
    }
    view.start();
    await live();
    FakePeer.made.at(-1)?.becomes('failed');
    expect(now.whole).toMatchObject({ phase: 'failed', why: 'network' });
    view.start();
    await live();
    view.take('p', { type: 'end', why: 'stopped', connection: last().connection });
    view.follow(null);
    expect(now.whole?.phase).toBe('stopped');
    expect(open()).toHaveLength(0);
  });

  it('tells of a page that does not answer, and asks another one that has it', async () => {
    const { view, said, now, silent } = viewer();
    view.start();
    view.follow('lost');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(silent).toEqual(['lost']);
    view.follow(null);
    expect(now.whole).toMatchObject({ phase: 'failed', why: 'no_answer' });
    view.follow('p');
    expect(said.at(-1)).toMatchObject(['p', { type: 'ask' }]);
    view.follow(null);
    expect(now.whole?.phase).toBe('not_shared');
  });

  it('takes nothing of another try or another page', async () => {
    const { view, now, last } = viewer();
    view.start();
    view.follow('p');
    view.take('p', { type: 'end', why: 'stopped', connection: 'old' });
    view.take('q', { type: 'end', why: 'stopped', connection: last().connection });
    await settle();
    expect(now.whole?.phase).toBe('connecting');
  });

  it('asks anew after a lost connection', () => {
    const { view, said, now } = viewer();
    view.start();
    view.follow('p');
    view.lost();
    expect(open()).toHaveLength(0);
    expect(now.whole?.phase).toBe('connecting');
    view.follow('p');
    expect(said.filter(([, { type }]) => type === 'ask')).toHaveLength(2);
  });
});
