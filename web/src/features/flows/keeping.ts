/** Unsaved drafts kept in this browser, so that a closed window loses nothing. Each page keeps its own. */

import type { FlowDocument, Kinds } from './document';
import { isFlowDocument } from './document';

export interface KeptDraft {
  revision: number;
  base: FlowDocument;
  document: FlowDocument;
  at: string;
}

/** One that a page left behind, and the name under which it is kept. */
export interface LeftDraft extends KeptDraft {
  name: string;
}

const days = 14;
// A page that has said nothing for so long is gone; those in the background are slow.
export const goneMilliseconds = 150_000;

const nameOf = (account: string, flow: string) => `hujiao.flow-draft.${account}.${flow}.`;
const pageMark = 'hujiao.flow-page';

/** The name under which this page keeps its draft of the flow; the same after it is loaded anew. */
export function ownName(account: string, flow: string): string {
  let page = 'page';
  try {
    page = sessionStorage.getItem(pageMark) ?? freshId();
    sessionStorage.setItem(pageMark, page);
  } catch {
    // Then all pages have one name, as if there were one page.
  }
  return nameOf(account, flow) + page;
}

/** The youngest draft that a page left behind: an earlier life of this one, or one that is open no more. */
export function leftDraft(account: string, flow: string, kinds: Kinds, now: number): LeftDraft | null {
  const own = ownName(account, flow);
  const left: LeftDraft[] = [];
  try {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(nameOf(account, flow)))) {
      const kept = read(name, kinds, now);
      if (kept === null) forgetDraft(name);
      else if (name === own || now - kept.seen > goneMilliseconds) left.push({ ...kept, name });
    }
    const [first] = left.sort((one, other) => other.at.localeCompare(one.at));
    if (first?.name !== own) return first ?? null;
    // What is offered is out of the way of what this page keeps from now on.
    const name = nameOf(account, flow) + freshId();
    write(name, first, 0);
    forgetDraft(own);
    return { ...first, name };
  } catch {
    return null; // nothing can be read: as if nothing was kept
  }
}

/** Keeps the draft of a page that is open. */
export function keepDraft(name: string, draft: KeptDraft, now: number): void {
  try {
    write(name, draft, now);
  } catch {
    // The browser has no room, or lets nobody keep anything: the guard at closing remains.
  }
}

export function forgetDraft(name: string): void {
  try {
    localStorage.removeItem(name);
  } catch {
    // Then nothing was kept, either.
  }
}

function write(name: string, { revision, base, document, at }: KeptDraft, seen: number): void {
  localStorage.setItem(name, JSON.stringify({ revision, base, document, at, seen }));
}

function read(name: string, kinds: Kinds, now: number): (KeptDraft & { seen: number }) | null {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? 'null') as (KeptDraft & { seen: number }) | null;
    if (!kept) return null;
    const young = now - Date.parse(kept.at) < days * 86_400_000;
    const whole = isFlowDocument(kept.document, kinds) && isFlowDocument(kept.base, kinds);
    return young && whole && typeof kept.revision === 'number' && typeof kept.seen === 'number' ? kept : null;
  } catch {
    return null;
  }
}

const freshId = () =>
  [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16)).join('');
