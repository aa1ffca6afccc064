// @vitest-environment jsdom
/* eslint-disable @typescript-eslint/require-await -- what throws in these refuses, as a request does */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChatMessage } from '@/shared/chat/transcript';
import { Chat } from './chat';
import { Memory } from './memory';
import { type Conversation, type Entry, Refused, type Server } from './server';

const entry = {
  name: 'Shop',
  languages: ['en'],
  fields: [],
  welcome: {},
  color: '#000000',
} as unknown as Entry;

/** The server as far as the widget sees it: messages by number, each of the visitor's own numbers once. */
class World {
  said: (ChatMessage & { client_number?: number | null })[] = [];
  state: Conversation['state'] = 'flow';
  reached = true;
  /** The next message is kept, but its answer does not arrive. */
  swallowsAnswer = false;
  refusal: Refused | null = null;
  posts = 0;
  sockets: FakeSocket[] = [];
  /** What is read waits for it, and is then as old as the question. */
  slow: Promise<void> | null = null;

  server(): Server {
    const reach = () => {
      if (!this.reached) throw new Refused(0, 'unreachable', '');
    };
    const fake = {
      token: '',
      language: 'en',
      entry: () => Promise.resolve(entry),
      begin: () => Promise.resolve({ id: 'c', token: 'secret', state: 'flow' }),
      conversation: async () => {
        reach();
        if (fake.token !== 'secret') throw new Refused(401, 'not_signed_in', '');
        return this.now();
      },
      messages: async (after: number) => {
        reach();
        const found = this.said.filter((one) => one.number > after);
        await this.slow;
        return found;
      },
      say: async (body: { client_number: number; text?: string; value?: string }) => {
        this.posts += 1;
        reach();
        if (this.refusal) throw this.refusal;
        const text = body.text ?? body.value ?? '';
        const before = this.said.find((one) => one.client_number === body.client_number);
        if (before && before.text !== text) throw new Refused(409, 'client_number_used', '');
        const kept = before ?? this.add({ from: 'visitor', text, client_number: body.client_number });
        if (this.swallowsAnswer) {
          this.swallowsAnswer = false;
          throw new Refused(0, 'unreachable', '');
        }
        return { number: kept.number };
      },
      typing: async () => undefined,
      read: async () => undefined,
      end: async () => {
        this.state = 'ended';
      },
      socket: () => {
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket as unknown as WebSocket;
      },
    };
    return fake as unknown as Server;
  }

  now(): Conversation {
    const own = this.said.map((one) => one.client_number ?? 0);
    const client_number = Math.max(0, ...own);
    return {
      id: 'c',
      state: this.state,
      position: null,
      agent_name: null,
      last: this.said.length,
      client_number,
    };
  }

  add(what: Partial<ChatMessage>): ChatMessage {
    const number = this.said.length + 1;
    const base = { at: '2026-11-29T08:00:00Z', from: 'agent', name: '', kind: 'text', text: '' } as const;
    const message: ChatMessage = { ...base, ...what, number };
    this.said.push(message);
    return message;
  }

  push(frame: object): void {
    this.sockets.at(-1)?.onmessage?.({ data: JSON.stringify(frame) });
  }
}

class FakeSocket {
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send = (text: string) => void this.sent.push(text);
  close = () => undefined;
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const texts = (chat: Chat) => chat.get().transcript.messages.map((one) => one.text);
const unsent = (chat: Chat) => chat.get().unsent.map((one) => one.text);

let world: World;
let open = true;
const made: Chat[] = [];

async function tab(): Promise<Chat> {
  const chat = new Chat(world.server(), new Memory('K'), { get: () => open, set: (value) => (open = value) });
  made.push(chat);
  await chat.load();
  await settle();
  return chat;
}

async function talking(): Promise<Chat> {
  const chat = await tab();
  chat.begin({});
  await settle();
  return chat;
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  world = new World();
  open = true;
});

afterEach(() => {
  for (const chat of made.splice(0)) chat.again();
  vi.useRealTimers();
});

describe('a conversation', () => {
  it('shows what is said on both sides, and asks for what is missing', async () => {
    const chat = await talking();
    world.push({ type: 'state', ...world.now() });
    await settle();
    chat.say('one');
    await settle();
    expect(texts(chat)).toEqual(['one']);
    expect(unsent(chat)).toEqual([]);
    world.add({ text: 'two' });
    world.push({ type: 'message', ...world.add({ text: 'three' }) });
    await settle();
    expect(texts(chat)).toEqual(['one', 'two', 'three']);
  });

  it('reads once more when it heard of something while it read', async () => {
    const chat = await talking();
    let answer: () => void = () => undefined;
    world.slow = new Promise((resolve) => (answer = resolve));
    world.add({ text: 'one' });
    world.add({ text: 'two' });
    await vi.advanceTimersByTimeAsync(5000); // it asks, and waits
    world.add({ text: 'three' });
    world.push({ type: 'message', ...world.add({ text: 'four' }) });
    answer();
    world.slow = null;
    await settle();
    expect(texts(chat)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('says the token in the first frame only', async () => {
    const chat = await talking();
    chat.say('one');
    await settle();
    const [socket] = world.sockets;
    socket?.onopen?.();
    expect(socket?.sent).toEqual([JSON.stringify({ token: 'secret', after: 1 })]);
  });

  it('shows a message once when the socket is quicker than the answer', async () => {
    const chat = await talking();
    world.swallowsAnswer = true;
    chat.say('one');
    await settle();
    world.push({ type: 'message', ...world.said[0] });
    expect([...texts(chat), ...unsent(chat)]).toEqual(['one']);
    await vi.advanceTimersByTimeAsync(3000);
    expect([...texts(chat), ...unsent(chat)]).toEqual(['one']);
    expect(world.said).toHaveLength(1);
  });

  it('goes on without a socket', async () => {
    const chat = await talking();
    world.sockets[0]?.onclose?.();
    await settle();
    expect(chat.get().link).toBe('polling');
    world.add({ text: 'hello' });
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts(chat)).toEqual(['hello']);
  });

  it('is over when the token is good no more', async () => {
    const chat = await talking();
    (chat as unknown as { server: { token: string } }).server.token = 'old';
    await vi.advanceTimersByTimeAsync(5000);
    expect(chat.get().conversation).toBeNull();
    expect(new Memory('K').get()).toBeNull();
  });
});

describe('what is unsent', () => {
  it('waits for the network and is then sent in order, each once', async () => {
    const chat = await talking();
    world.reached = false;
    for (const text of ['a', 'b', 'c']) chat.say(text);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(chat.get().link).toBe('lost');
    expect(unsent(chat)).toEqual(['a', 'b', 'c']);
    world.reached = true;
    world.swallowsAnswer = true;
    dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.said.map((one) => [one.text, one.client_number])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect(texts(chat)).toEqual(['a', 'b', 'c']);
    expect(unsent(chat)).toEqual([]);
  });

  it('outlives a reload, and is the same message after it', async () => {
    const before = await talking();
    world.swallowsAnswer = true;
    before.say('kept');
    await settle();
    world.reached = false;
    before.say('later');
    await settle();
    // The page goes, without a word.
    const kept = localStorage.getItem('hujiao-chat.K') ?? '';
    before.again();
    localStorage.setItem('hujiao-chat.K', kept);
    world.reached = true;
    const after = await tab();
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts(after)).toEqual(['kept', 'later']);
    expect(world.said).toHaveLength(2);
    expect(unsent(after)).toEqual([]);
    expect(new Memory('K').get()?.unsent).toEqual([]);
  });

  it('says what the server will not have, and goes on with the next', async () => {
    const chat = await talking();
    world.refusal = new Refused(400, 'too_long', 'Too long.');
    chat.say('long');
    await settle();
    world.refusal = null;
    chat.say('short');
    await settle();
    expect(texts(chat)).toEqual(['short']);
    expect(chat.get().unsent).toMatchObject([{ text: 'long', refused: 'Too long.' }]);
    chat.discard(chat.get().unsent[0]?.id ?? '');
    expect(unsent(chat)).toEqual([]);
  });

  it('takes another number when another window has used it', async () => {
    const chat = await talking();
    world.add({ from: 'visitor', text: 'from elsewhere', client_number: 1 });
    chat.say('mine');
    await settle();
    expect(world.said.map((one) => [one.text, one.client_number])).toEqual([
      ['from elsewhere', 1],
      ['mine', 2],
    ]);
    expect(texts(chat)).toEqual(['from elsewhere', 'mine']);
  });

  it('waits as long as the server asks for', async () => {
    const chat = await talking();
    world.refusal = new Refused(429, 'too_many', '', null, 30);
    chat.say('patient');
    await settle();
    world.refusal = null;
    const { posts } = world;
    await vi.advanceTimersByTimeAsync(25_000);
    expect(unsent(chat)).toEqual(['patient']);
    expect(world.posts).toBe(posts);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(texts(chat)).toEqual(['patient']);
  });

  it('is not sent any more once the chat has ended', async () => {
    const chat = await talking();
    world.reached = false;
    chat.say('too late');
    await settle();
    world.reached = true;
    world.state = 'ended';
    world.refusal = new Refused(409, 'ended', 'It has ended.');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(chat.get().conversation?.state).toBe('ended');
    expect(unsent(chat)).toEqual(['too late']);
    const { posts } = world;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.posts).toBe(posts);
  });
});

describe('unread messages', () => {
  it('are counted while it is closed', async () => {
    const chat = await talking();
    chat.setOpen(false);
    world.add({ text: 'hello' });
    world.add({ kind: 'notice', from: 'system', code: 'agent_joined' });
    await vi.advanceTimersByTimeAsync(5000);
    expect(chat.get().unread).toBe(1);
    chat.setOpen(true);
    expect(chat.get().unread).toBe(0);
  });
});

describe('two tabs', () => {
  it('have one conversation, and end it together', async () => {
    const first = await talking();
    const second = await tab();
    expect(second.get().conversation?.id).toBe('c');
    second.say('from the second');
    await settle();
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts(first)).toEqual(['from the second']);
    first.again();
    dispatchEvent(new StorageEvent('storage', { key: 'hujiao-chat.K' }));
    expect(second.get().conversation).toBeNull();
  });

  it('take up the conversation that the other one began', async () => {
    const second = await tab();
    const first = await talking();
    dispatchEvent(new StorageEvent('storage', { key: 'hujiao-chat.K' }));
    await settle();
    expect(second.get().conversation?.id).toBe('c');
    expect(first.get().conversation?.id).toBe('c');
  });
});

describe('a chat that has ended', () => {
  it('is shown to who was reading it, and not to who comes back later', async () => {
    await talking();
    world.state = 'ended';
    expect((await tab()).get().conversation?.state).toBe('ended');
    open = false;
    expect((await tab()).get().conversation).toBeNull();
  });
});
