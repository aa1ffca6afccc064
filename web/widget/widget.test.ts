// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isTaken } from '@/shared/chat/files';
import { painted } from './color';
import { statusText } from './Widget';
import { wrong } from './SignUp';
import { type Field, type Refused, Server } from './server';
import type { State } from './chat';
import { type Language, languageFor, texts } from './texts';

const t = texts.en;

describe('what is written on the colour of an entry', () => {
  it('can be read: white, on a darker ground where needed, or black', () => {
    expect(painted('#1677ff')).toEqual({ ground: expect.stringMatching(/^rgb/) as string, ink: '#fff' });
    expect(painted('#0e3a5f').ground).toBe('rgb(14 58 95)');
    expect(painted('#ffe45c')).toEqual({ ground: '#ffe45c', ink: '#000' });
    expect(painted('#FFFFFF').ink).toBe('#000');
  });
});

describe('the language of the widget', () => {
  const all: Language[] = ['zh-CN', 'zh-TW', 'en'];
  it('is what the page says, if the entry has it, and else one that it has', () => {
    expect(languageFor('zh-HK', all)).toBe('zh-TW');
    expect(languageFor('zh', all)).toBe('zh-CN');
    expect(languageFor('en-GB', ['zh-TW'])).toBe('zh-TW');
    expect(languageFor('fr', ['en', 'zh-CN'])).toBe('en');
  });
  it('has each text in each language', () => {
    for (const language of all) {
      expect(Object.keys(texts[language])).toEqual(Object.keys(t));
      expect(Object.keys(texts[language].notices)).toEqual(Object.keys(t.notices));
    }
  });
});

describe('the form', () => {
  const field = (kind: Field['kind'], required = true): Field => ({ key: 'x', label: {}, required, kind });
  it('says what is wrong with a field', () => {
    expect(wrong(field('text'), '  ', t)).toBe(t.required);
    expect(wrong(field('text', false), '', t)).toBeNull();
    expect(wrong(field('email', false), 'a@b', t)).toBe(t.email);
    expect(wrong(field('email'), 'a@b.example', t)).toBeNull();
    expect(wrong(field('phone'), '+86 138-0013 8000', t)).toBeNull();
    expect(wrong(field('phone'), 'call me', t)).toBe(t.phone);
  });
});

describe('files', () => {
  it('are taken by their type; what has none is left to the server', () => {
    expect(isTaken({ type: 'image/png' }, ['image/png'])).toBe(true);
    expect(isTaken({ type: 'image/svg+xml' }, ['image/png'])).toBe(false);
    expect(isTaken({ type: 'text/csv' }, ['text/plain'])).toBe(true);
    expect(isTaken({ type: 'text/html' }, ['image/png'])).toBe(false);
    expect(isTaken({ type: '' }, ['image/png'])).toBe(true);
  });
});

describe('the state of the conversation', () => {
  const at = (state: string, position: number | null = null, agent_name: string | null = null) =>
    statusText({ conversation: { id: '', state, position, agent_name, last: 0 } } as unknown as State, t);
  it('is said in words', () => {
    expect(at('queued', 1)).toBe('In the queue: you are next');
    expect(at('queued', 2)).toBe('In the queue: 1 visitor before you');
    expect(at('queued', 9)).toBe('In the queue: 8 visitors before you');
    expect(at('connected', null, 'Li')).toBe('Li is with you');
    expect(at('ended')).toBe('This chat has ended');
  });
});

describe('an answer that breaks off', () => {
  afterEach(() => vi.unstubAllGlobals());
  it('is no refusal: the same is sent again', async () => {
    const broken = new ReadableStream({ pull: (stream) => stream.error(new TypeError('network')) });
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(broken)));
    const refused = await new Server('http://here', 'K').say({}).catch((error: unknown) => error as Refused);
    expect(refused).toMatchObject({ status: 0, passing: true });
  });
});
