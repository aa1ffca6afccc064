/** An unsaved draft kept in this browser, so that a closed window loses nothing. */

import type { FlowDocument, Kinds } from './document';
import { isFlowDocument } from './document';

export interface KeptDraft {
  revision: number;
  base: FlowDocument;
  document: FlowDocument;
  at: string;
}

const days = 14;
const nameOf = (account: string, flow: string) => `hujiao.flow-draft.${account}.${flow}`;

export function keptDraft(account: string, flow: string, kinds: Kinds): KeptDraft | null {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(account, flow)) ?? 'null') as KeptDraft | null;
    if (!kept) return null;
    const young = Date.now() - Date.parse(kept.at) < days * 86_400_000;
    const whole = isFlowDocument(kept.document, kinds) && isFlowDocument(kept.base, kinds);
    if (young && whole && typeof kept.revision === 'number') return kept;
  } catch {
    // Nothing that can be read: as if nothing was kept.
  }
  forgetDraft(account, flow);
  return null;
}

export function keepDraft(account: string, flow: string, draft: KeptDraft): void {
  try {
    localStorage.setItem(nameOf(account, flow), JSON.stringify(draft));
  } catch {
    // The browser has no room, or lets nobody keep anything: the guard at closing remains.
  }
}

export function forgetDraft(account: string, flow: string): void {
  try {
    localStorage.removeItem(nameOf(account, flow));
  } catch {
    // Then nothing was kept, either.
  }
}
