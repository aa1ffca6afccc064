import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BoardConnection } from './connection';

class FakeSocket {
  static made: FakeSocket[] = [];
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor() {
    FakeSocket.made.push(this);
  }

  send(text: string) {
    this.sent.push(text);
  }

  close() {
    this.closed = true;
  }

  says(frame: object) {
    this.onmessage?.({ data: JSON.stringify({ now: new Date().toISOString(), ...frame }) });
  }
}

const board = { type: 'board', board: { id: '1', tiles: [] } };

describe('the connection of a board', () => {
  let connection: BoardConnection;
  const last = () => FakeSocket.made.at(-1) as FakeSocket;

  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.made = [];
    connection = new BoardConnection(() => new FakeSocket() as unknown as WebSocket, { link: 'secret' });
    connection.start();
    last().onopen?.();
  });

  afterEach(() => {
    connection.stop();
    vi.useRealTimers();
  });

  it('greets with the link alone, and keeps the newest value of each tile', () => {
    expect(last().sent).toEqual(['{"link":"secret"}']);
    last().says(board);
    expect(connection.get().status).toBe('connecting');
    last().says({ type: 'values', values: { a: { value: 1 }, b: { value: 2 } } });
    last().says({ type: 'values', values: { a: { value: 3 } } });
    expect(connection.get()).toMatchObject({ status: 'live', values: { a: { value: 3 }, b: { value: 2 } } });
  });

  it('keeps what it has as old while there is no connection, and comes again', () => {
    last().says(board);
    last().says({ type: 'values', values: { a: { value: 1 } } });
    last().onclose?.({ code: 1006, reason: '' });
    expect(connection.get()).toMatchObject({ status: 'old', values: { a: { value: 1 } } });
    vi.advanceTimersByTime(700);
    expect(FakeSocket.made).toHaveLength(2);
    last().says(board);
    expect(connection.get().values).toEqual({});
  });

  it('takes silence for a lost connection', () => {
    last().says(board);
    last().says({ type: 'values', values: {} });
    vi.advanceTimersByTime(14_000);
    last().says({ type: 'ping' });
    vi.advanceTimersByTime(14_000);
    expect(connection.get().status).toBe('live');
    vi.advanceTimersByTime(1_100);
    expect(connection.get().status).toBe('old');
    expect(FakeSocket.made[0]?.closed).toBe(true);
  });

  it('shows nothing more when the link has ended, and asks seldom', () => {
    last().says(board);
    last().says({ type: 'values', values: { a: { value: 1 } } });
    last().onclose?.({ code: 4401, reason: 'link_ended' });
    expect(connection.get()).toMatchObject({
      status: 'ended',
      board: null,
      values: {},
      reason: 'link_ended',
    });
    vi.advanceTimersByTime(29_000);
    expect(FakeSocket.made).toHaveLength(1);
    vi.advanceTimersByTime(1_100);
    expect(FakeSocket.made).toHaveLength(2);
  });

  it('knows no time of figures before it has any', () => {
    last().says(board);
    last().says({ type: 'values', values: { a: { value: 1 } } });
    expect(connection.get().heardAt).toBeGreaterThan(0);
    last().onclose?.({ code: 1006, reason: '' });
    vi.advanceTimersByTime(700);
    last().says(board);
    last().says({ type: 'stale' });
    expect(connection.get()).toMatchObject({ status: 'old', values: {}, heardAt: 0 });
  });

  it('keeps its picture when too many come at once, and comes again', () => {
    last().says(board);
    last().says({ type: 'values', values: { a: { value: 1 } } });
    last().onclose?.({ code: 1013, reason: 'too_many_at_once' });
    expect(connection.get()).toMatchObject({ status: 'old', values: { a: { value: 1 } } });
  });

  it('says what the server says: the figures may be old', () => {
    last().says(board);
    last().says({ type: 'values', values: {} });
    last().says({ type: 'stale' });
    last().says({ type: 'ping' });
    expect(connection.get().status).toBe('old');
  });
});
