import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Watched } from './watching';

vi.mock('./packing', () => ({
  pack: (text: string) => Promise.resolve(text),
  unpack: (data: string) => Promise.resolve(data),
}));
let emit: (event: unknown) => void = () => undefined;
let maskInputFn: (text: string, element: HTMLElement) => string = (text) => text;
let maskTextFn: (text: string) => string = (text) => text;
let styles: string[] = [];
const takeFullSnapshot = vi.fn();
vi.mock('rrweb', () => ({
  record: Object.assign(
    (options: { emit: typeof emit; maskInputFn: typeof maskInputFn; maskTextFn: typeof maskTextFn }) => {
      ({ emit, maskInputFn, maskTextFn } = options);
      return () => undefined;
    },
    {
      takeFullSnapshot: () => takeFullSnapshot() as unknown,
      mirror: { getId: (element: HTMLElement) => Number(element.id || -1) },
    },
  ),
  Replayer: class {
    constructor(_: unknown[], options: { insertStyleRules: string[] }) {
      styles = options.insertStyleRules;
    }
    on() {}
    startLive() {}
    addEvent() {}
    destroy() {}
  },
}));

const { Watching } = await import('./watching');
const { Sharing } = await import('./sharing');
const { Player } = await import('./player');

class FakeSocket {
  readyState: number = WebSocket.OPEN;
  sent: { type: string }[] = [];
  onopen?: () => void;
  onmessage?: (message: { data: string }) => void;
  onclose?: (closed: { code: number; reason: string }) => void;
  heard?: (frame: { type: string }) => void;
  send(text: string) {
    const frame = JSON.parse(text) as { type: string };
    this.sent.push(frame);
    this.heard?.(frame);
  }
  close() {
    this.readyState = WebSocket.CLOSED;
  }
  says(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  asked() {
    return this.sent.filter(({ type }) => type === 'picture').length;
  }
}

const view = { type: 'view', until: '2026-11-30T18:30:00Z', announced: true, ice_servers: [] };
const page = (page_id: string) => ({ type: 'frame', page_id, page: { visible: true }, piece: null });
const piece = (data: string, whole = false) => ({
  type: 'frame',
  page_id: 'p',
  page: null,
  piece: { data, whole },
});

function watcher() {
  const sockets: FakeSocket[] = [];
  const screen = { clear: vi.fn(), show: vi.fn() };
  const now: { state: Partial<Watched> } = { state: {} };
  const open = () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  };
  const watching = new Watching(
    open,
    screen,
    (state) => (now.state = state),
    () => undefined,
  );
  watching.start();
  return { watching, screen, now, sockets, last: () => sockets[sockets.length - 1] as FakeSocket };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

/** A page whose frames go to all that view it then, as the server passes them on. */
function shownTo(watchers: FakeSocket[]) {
  const socket = new FakeSocket();
  socket.heard = (frame) => {
    const about = frame.type === 'page' ? { page: frame, piece: null } : { page: null, piece: frame };
    for (const one of watchers) one.says({ type: 'frame', page_id: 'p', ...about });
  };
  takeFullSnapshot.mockImplementation(() => {
    emit({ type: 4, data: { href: '' } });
    emit({ type: 2, data: {} });
  });
  const sharing = new Sharing(() => socket as unknown as WebSocket);
  sharing.start();
  return { sharing, socket };
}

describe('who views a screen', () => {
  it('sees it, also who comes second', async () => {
    const [first, second] = [watcher(), watcher()];
    const watchers = [first.last()];
    first.last().says(view);
    const { sharing, socket } = shownTo(watchers);
    socket.onopen?.();
    sharing.picture();
    await seconds(1);
    expect(first.now.state.phase).toBe('live');
    watchers.push(second.last());
    second.last().says(view);
    sharing.picture();
    await seconds(1);
    expect(second.now.state.phase).toBe('live');
    expect(first.now.state.phase).toBe('live');
    sharing.stop();
  });

  it('is told when the agent has no page open', async () => {
    const { now, last } = watcher();
    last().says(view);
    await seconds(7);
    expect(now.state.noPage).toBe(true);
    last().says(page('p'));
    last().says(piece('[]', true));
    await seconds(1);
    expect(now.state).toMatchObject({ phase: 'live', noPage: false });
    last().says({ type: 'frame', page_id: 'p', page: null, piece: null });
    expect(now.state).toMatchObject({ phase: 'connecting', noPage: true });
  });

  it('asks until there is a picture, and again for what cannot be read', async () => {
    const { now, last, screen } = watcher();
    last().says(view);
    last().says(page('p'));
    await seconds(7);
    expect(last().asked()).toBe(3);
    last().says(piece('[]', true));
    await seconds(3);
    expect(last().asked()).toBe(3);
    expect(now.state.phase).toBe('live');
    last().says(piece('unreadable'));
    await seconds(3);
    expect(last().asked()).toBeGreaterThan(3);
    const cleared = screen.clear.mock.calls.length;
    last().says(piece('[]', true));
    await seconds(1);
    expect(screen.clear).toHaveBeenCalledTimes(cleared + 1);
  });

  it('has a whole picture again after some minutes', async () => {
    const { last } = watcher();
    last().says(view);
    last().says(page('p'));
    last().says(piece('[]', true));
    for (let at = 0; at < 40; at += 1) {
      await seconds(5);
      last().says({ type: 'ping' });
    }
    expect(last().asked()).toBeGreaterThan(0);
  });

  it('asks another page for the whole screen when the one that had it does not answer', async () => {
    class SilentPeer {
      remoteDescription = null;
      close() {}
    }
    vi.stubGlobal('RTCPeerConnection', SilentPeer);
    const { watching, last } = watcher();
    last().says(view);
    const shares = (page_id: string) => ({ ...page(page_id), page: { visible: true, shares: true } });
    last().says(shares('p'));
    last().says(shares('lost'));
    watching.whole.start();
    const asks = () =>
      last().sent.filter((one) => (one as { signal?: { type: string } }).signal?.type === 'ask');
    expect(asks()).toMatchObject([{ page_id: 'lost' }]);
    for (let second = 0; second < 16; second += 1) {
      last().says({ type: 'ping' });
      await seconds(1);
    }
    expect(asks()).toMatchObject([{ page_id: 'lost' }, { page_id: 'p' }]);
    watching.stop();
    vi.unstubAllGlobals();
  });

  it('connects anew after a silence, and not after the end', async () => {
    const { sockets, last, now } = watcher();
    last().says(view);
    await seconds(25);
    expect(sockets).toHaveLength(2);
    last().onclose?.({ code: 1013, reason: 'throttled' });
    expect(now.state).toMatchObject({ phase: 'connecting', why: 'throttled' });
    await seconds(3);
    expect(sockets).toHaveLength(3);
    last().says({ type: 'ended', reason: 'rule_changed' });
    await seconds(3);
    expect(sockets).toHaveLength(4);
    last().onclose?.({ code: 4410, reason: 'time_over' });
    await seconds(30);
    expect(sockets).toHaveLength(4);
    expect(now.state).toMatchObject({ phase: 'ended', why: 'time_over' });
  });
});

describe('a page that is too large', () => {
  it('says so, and tries a whole picture every few seconds', async () => {
    const { sharing, socket } = shownTo([]);
    socket.onopen?.();
    emit({ type: 4, data: { href: '' } });
    emit({ type: 2, data: { text: 'x '.repeat(400_000) } });
    await seconds(1);
    expect(socket.sent.at(-1)).toEqual({ type: 'page', visible: true, too_big: true, shares: false });
    emit({ type: 3, data: {} }); // worth nothing now
    await seconds(1);
    expect(socket.sent.filter(({ type }) => type === 'piece')).toEqual([]);
    await seconds(5);
    expect(socket.sent.filter(({ type }) => type === 'piece').length).toBeGreaterThan(0);
    expect(socket.sent).toContainEqual({ type: 'page', visible: true, too_big: false, shares: false });
    sharing.stop();
  });
});

describe('a field that is typed in', () => {
  function field(): HTMLInputElement {
    const input = document.createElement('input');
    input.id = '7';
    document.body.append(input);
    return input;
  }
  afterEach(() => document.body.replaceChildren());

  it('keeps numbers to itself from their first digits on, until it is left', async () => {
    const { sharing, socket } = shownTo([]);
    socket.onopen?.();
    const [input, other] = [field(), field()];
    input.focus();
    input.value = 'Card 4111';
    expect(maskInputFn(input.value, input)).toBe('Card ••••');
    expect(maskTextFn('Card 4111')).toBe('Card ••••');
    expect(maskInputFn('Room 1204', other)).toBe('Room 1204');
    const [text, double] = [document.createElement('textarea'), document.createElement('textarea')];
    document.body.append(text, double);
    other.focus();
    expect(maskInputFn(input.value, input)).toBe('Card 4111');
    text.focus();
    text.value = double.value = 'Card 4111';
    expect(maskInputFn(double.value, double)).toBe('Card ••••');
    await seconds(1);
    const sent = socket.sent.filter(({ type }) => type === 'piece') as unknown as { data: string }[];
    const [event] = JSON.parse(sent[0]?.data ?? '[]') as { data: object }[];
    expect(event?.data).toEqual({ source: 5, text: 'Card 4111', isChecked: false, id: 7 });
    sharing.stop();
  });

  it('says nothing of a card, a password or what is private when it is left', async () => {
    const { sharing, socket } = shownTo([]);
    socket.onopen?.();
    const [card, password, secret, last] = [field(), field(), field(), field()];
    card.value = '4111 1111 1111 1111';
    password.type = 'password';
    password.value = '12345';
    secret.className = 'hj-private';
    secret.value = '12345';
    for (const input of [card, password, secret, last]) input.focus();
    await seconds(1);
    expect(socket.sent.filter(({ type }) => type === 'piece')).toEqual([]);
    sharing.stop();
  });
});

describe('a chart', () => {
  it('is shown as one, since what is drawn does not come', () => {
    vi.stubGlobal(
      'ResizeObserver',
      class {
        observe() {}
        disconnect() {}
      },
    );
    const player = new Player(document.createElement('div'), 'Chart');
    player.show([{ type: 4, timestamp: 1, data: {} }]);
    const rule = styles.find((one) => one.startsWith('canvas'));
    expect(rule).toContain(encodeURIComponent('>Chart</text>'));
    player.stop();
    vi.unstubAllGlobals();
  });
});
