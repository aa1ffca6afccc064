/** The keys of the agent's desktop: which act has which, what may be one, and what stands in the way. */

/** Function keys that neither Chrome nor the usual messengers take. */
export const defaultKeys = {
  answer: 'F2',
  ready: 'Shift+F2',
  hold: 'F4',
  dial: 'F6',
  transfer: 'F7',
  consult: 'Shift+F7',
  mute: 'F8',
  hangUp: 'F9',
  previousItem: 'Alt+ArrowUp',
  nextItem: 'Alt+ArrowDown',
} as const;

export type KeyedAct = keyof typeof defaultKeys;
export type KeyMap = Record<KeyedAct, string>;
export const keyedActs = Object.keys(defaultKeys) as KeyedAct[];

/** What the desktop has for good, and nobody may give to something else. */
export const fixedKeys = { commands: 'Ctrl+K', finish: 'Ctrl+Enter', keys: '?' } as const;

const modifiers = [
  'Control',
  'Shift',
  'Alt',
  'Meta',
  'AltGraph',
  'CapsLock',
  'Dead',
  'Process',
  'Unidentified',
];

/** What was pressed, as `Ctrl+Alt+Shift+F2`; null for a modifier alone. */
export function pressed(event: {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}): string | null {
  if (modifiers.includes(event.key) || event.key === '') return null;
  const name = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  // A sign that needs Shift says so itself: `?`, not `Shift+?`.
  const shift = event.shiftKey && (event.key.length > 1 || /\p{L}/u.test(event.key));
  const held = [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', shift && 'Shift', event.metaKey && 'Meta'];
  return [...held.filter(Boolean), name].join('+');
}

/** The account's own keys over the usual ones. */
export function keyMap(own: Partial<Record<string, string>>): KeyMap {
  const map: KeyMap = { ...defaultKeys };
  for (const act of keyedActs) map[act] = own[act] ?? defaultKeys[act];
  return map;
}

/** What differs from the usual keys, which is all that is kept. */
export function ownKeys(map: KeyMap): Partial<KeyMap> {
  return Object.fromEntries(Object.entries(map).filter(([act, key]) => key !== defaultKeys[act as KeyedAct]));
}

const takenByBrowser = [
  ...[
    'F1',
    'F3',
    'F5',
    'F10',
    'F11',
    'F12',
    'Tab',
    'Shift+Tab',
    'Escape',
    'Enter',
    'Space',
    'Backspace',
    'Delete',
  ],
  ...[
    'ArrowUp',
    'ArrowDown',
    'ArrowLeft',
    'ArrowRight',
    'Home',
    'End',
    'PageUp',
    'PageDown',
    'Alt+F4',
    'Alt+D',
  ],
  ...['Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+Home', 'Alt+E', 'Alt+F', 'Shift+F10', 'ContextMenu'],
];
const takenByOthers: Record<string, string> = {
  'Alt+A': 'WeChat', // screenshot
  'Ctrl+Alt+A': 'QQ', // screenshot
  'Ctrl+Alt+Z': 'QQ', // its window
  'Ctrl+Alt+W': 'WeChat',
  'Ctrl+Shift+A': 'DingTalk',
};

export type KeyProblem =
  | { kind: 'typed' } // it writes a sign
  | { kind: 'browser' }
  | { kind: 'program'; program: string }
  | { kind: 'fixed'; act: keyof typeof fixedKeys }
  | { kind: 'act'; act: KeyedAct };

/** Why a key cannot be an act's; null when it can. */
export function keyProblem(map: KeyMap, act: KeyedAct, key: string): KeyProblem | null {
  const other = keyedActs.find((one) => one !== act && map[one] === key);
  if (other) return { kind: 'act', act: other };
  const fixed = (Object.keys(fixedKeys) as (keyof typeof fixedKeys)[]).find((one) => fixedKeys[one] === key);
  if (fixed) return { kind: 'fixed', act: fixed };
  const program = takenByOthers[key];
  if (program) return { kind: 'program', program };
  const bare = key.replace(/^(Shift\+)?/, '');
  if (/^.$/u.test(bare)) return { kind: 'typed' };
  // With Ctrl or Meta and a letter or digit browsers and systems have nearly everything themselves.
  if (takenByBrowser.includes(key) || /^(Ctrl|Meta)\+(Shift\+)?.$/u.test(key) || key.startsWith('Meta+'))
    return { kind: 'browser' };
  return null;
}

const shownNames: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };

/** As buttons have room for it. */
export function shortKeyName(key: string): string {
  return keyName(key).replace('Shift+', '⇧');
}

/** As it is told. */
export function keyName(key: string): string {
  return key
    .split('+')
    .map((part) => shownNames[part] ?? part)
    .join('+');
}

/** As `aria-keyshortcuts` has it. */
export function keyShortcut(key: string): string {
  return key.replace('Ctrl+', 'Control+');
}
