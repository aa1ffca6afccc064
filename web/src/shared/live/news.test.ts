// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { InteractionLive } from '@/shared/api/types';
import { type ChatFrame, type ChatNews, heard, recorded } from './news';

const at = '2026-11-29T08:00:00Z';
const nothing: ChatNews = { last: 0, unread: 0, waitsSince: null, seen: 0, typedAt: 0 };
const said = (number: number, from: 'visitor' | 'agent' | 'system', when = at) =>
  ({ type: 'message', number, from, at: when, name: '', kind: 'text', text: '' }) as ChatFrame;
const after = (...frames: ChatFrame[]) => frames.reduce((news, frame) => heard(news, frame, 1000), nothing);

describe('what is heard of a chat', () => {
  it('counts what the visitor says until the agent reads all of it', () => {
    const two = after(said(1, 'visitor'), said(2, 'visitor'));
    expect(two.unread).toBe(2);
    expect(heard(two, said(2, 'visitor'), 0)).toBe(two);
    expect(heard(two, { type: 'read', from: 'agent', number: 1 }, 0).unread).toBe(2);
    expect(heard(two, { type: 'read', from: 'agent', number: 2 }, 0).unread).toBe(0);
  });

  it('knows since when the visitor waits: from the first message without an answer', () => {
    const later = '2026-11-29T08:00:09Z';
    expect(after(said(1, 'visitor'), said(2, 'visitor', later)).waitsSince).toBe(at);
    expect(after(said(1, 'visitor'), said(2, 'system')).waitsSince).toBe(at);
    expect(after(said(1, 'visitor'), said(2, 'agent')).waitsSince).toBeNull();
  });

  it('knows what the visitor has read, and that they type', () => {
    expect(after({ type: 'read', from: 'visitor', number: 3 }).seen).toBe(3);
    expect(after({ type: 'typing', from: 'visitor' }).typedAt).toBe(1000);
    expect(after({ type: 'typing', from: 'agent' }).typedAt).toBe(0);
    expect(after({ type: 'typing', from: 'visitor' }, said(1, 'visitor')).typedAt).toBe(0);
  });

  it('begins again from a record unless more was heard since', () => {
    const record = (last: number, unread: number) =>
      ({ last, unread, chat: { awaits: 'agent', awaits_since: at, read_by_visitor: 1 } }) as InteractionLive;
    expect(recorded(record(4, 2), undefined)).toMatchObject({ last: 4, unread: 2, waitsSince: at, seen: 1 });
    const known = { ...nothing, last: 5, unread: 3 };
    expect(recorded(record(4, 2), known)).toBe(known);
    expect(recorded(record(5, 0), known)?.unread).toBe(0);
    expect(recorded({ chat: null } as InteractionLive, undefined)).toBeUndefined();
  });
});
