/**
 * What never leaves the agent's page: what is marked private, passwords, and long numbers, which may be of cards. The
 * elements keep their place on the picture, as empty boxes.
 */
export const privateElements = 'input[type=password], .ant-input-password, iframe';
/** Where somebody types. */
export const fields = 'input, textarea, [contenteditable]';
/** Where text shows what is being typed. */
export const typedElements = 'textarea, [contenteditable], .ant-select, .ant-select-dropdown';

// What is typed goes out at every key: a number counts as long before it is complete, whatever stands in it.
const typed = /\p{N}(?:[^\p{L}\p{N}]*\p{N}){7,}/gu;
// The first digits of a card are numbers, too: nothing tells them from others before the field is left.
const typing = /\p{N}(?:[^\p{L}\p{N}]*\p{N}){3,}/gu;
// Elsewhere telephone numbers and times are to be read: 13 digits or more, and what may be a number abroad.
const shown = /\+\p{N}(?:[\s.\-–—·_]{0,3}\p{N}){15,}|(?<![+\p{N}])\p{N}(?:[\s.\-–—·_]{0,3}\p{N}){12,}/gu;

const hidden = (found: string) => found.replace(/\p{N}/gu, '•');

/** The text that somebody types without long numbers. */
export function withoutNumbers(text: string): string {
  return text.replace(typed, hidden);
}

/** The text as long as somebody types it: without numbers of more than three digits, which may grow. */
export function whileTyped(text: string): string {
  return text.replace(typing, hidden);
}

/** The text without the numbers of cards, and what looks like them. */
export function withoutCards(text: string): string {
  return text.replace(shown, hidden);
}

// Style sheets and measures, and the lines of drawings: what has many figures and is nothing to read.
const drawn = new Set(
  (
    '_cssText cssText rule style set d points viewBox transform src x y x1 y1 x2 y2 cx cy r rx ry width height offset ' +
    'rr_width rr_height stroke-dasharray stroke-dashoffset'
  ).split(' '),
);

/** The events as text, every string in them without card numbers. */
export function packed(events: readonly unknown[]): string {
  const measures = new WeakSet<object>();
  return JSON.stringify(events, function (this: object, key, value: unknown) {
    const measure = drawn.has(key) || measures.has(this);
    if (measure && typeof value === 'object' && value !== null) measures.add(value);
    if (measure || typeof value !== 'string') return value;
    return key === 'value' || isTyped(this, key) ? withoutNumbers(value) : withoutCards(value);
  });
}

// The kind of event that says what an input has now (rrweb: Input).
function isTyped(holder: object, key: string): boolean {
  return key === 'text' && (holder as { source?: number }).source === 5;
}
