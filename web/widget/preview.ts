import { nothingSaid } from '@/shared/chat/transcript';
import type { Acts, State } from './chat';
import { drawer } from './mount';
import type { Entry } from './server';
import type { Language } from './texts';

export type { Entry } from './server';

const nothing = () => undefined;

const idle: Acts = {
  setOpen: nothing,
  setLanguage: nothing,
  begin: nothing,
  say: nothing,
  choose: nothing,
  attach: nothing,
  fetchFile: () => Promise.reject(new Error('a preview')),
  typing: nothing,
  discard: nothing,
  end: nothing,
  again: nothing,
};

/** Draws what visitors see first in a place of the settings. Nothing can be done in it, and it takes no focus. */
export function preview(host: HTMLElement): (entry: Entry, language: Language) => void {
  const draw = drawer(host);
  host.inert = true;
  host.dataset['preview'] = '';
  return (entry, language) => {
    const state: State = {
      entry,
      language,
      open: true,
      conversation: null,
      transcript: nothingSaid,
      unsent: [],
      link: 'live',
      agentTyping: false,
      seen: 0,
      unread: 0,
      busy: false,
      problem: null,
    };
    draw(state, idle);
  };
}
