import { Chat } from './chat';
import { Memory } from './memory';
import { drawer } from './mount';
import { Server } from './server';

/** `<script src="https://HOST/chat/widget.js" data-key="KEY" async></script>` is all that a page needs. */
const script = document.currentScript as HTMLScriptElement | null;
const key = script?.dataset['key'];

function tabs(name: string) {
  // Not everywhere may a page keep something: then it is closed after a reload, which is all.
  const get = () => {
    try {
      return sessionStorage.getItem(name) === '1';
    } catch {
      return false;
    }
  };
  const set = (open: boolean) => {
    try {
      sessionStorage.setItem(name, open ? '1' : '0');
    } catch {
      return;
    }
  };
  return { get, set };
}

async function start(source: string, key: string, language: string | undefined): Promise<void> {
  const tab = tabs(`hujiao-chat-open.${key}`);
  const chat = new Chat(new Server(new URL(source).origin, key), new Memory(key), tab, language);
  if (!(await chat.load())) {
    console.warn('[hujiao chat] There is no chat entry with this key for this site.');
    return;
  }
  const host = document.createElement('hujiao-chat');
  document.body.append(host);
  const draw = drawer(host);
  chat.subscribe(() => draw(chat.get(), chat));
  draw(chat.get(), chat);
}

if (script && key) {
  const begin = () => void start(script.src, key, script.dataset['language']);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
} else console.warn('[hujiao chat] The script needs its data-key.');
