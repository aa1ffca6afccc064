/**
 * What never leaves the agent's page: what is marked private, passwords, and card numbers in whatever text. The
 * elements keep their place on the picture, as empty boxes.
 */
export const privateElements = 'input[type=password], .ant-input-password, iframe';

// 13 to 19 digits, in groups as cards have them or in one.
const digits =
  /(?<!\d|\d\.)\d{4}(?:[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,4}(?:[ -]?\d{1,3})?|[ -]?\d{6}[ -]?\d{5})(?!\d|\.\d)/g;

/** The text without the numbers of cards. */
export function withoutCards(text: string): string {
  return text.replace(digits, (found) => {
    const plain = found.replace(/\D/g, '');
    return isCard(plain) ? found.replace(/\d/g, '•') : found;
  });
}

/** Whether the last digit is the check digit of the others (Luhn). */
function isCard(plain: string): boolean {
  if (/^0+$/.test(plain)) return false;
  let sum = 0;
  for (let at = 0; at < plain.length; at += 1) {
    const digit = Number(plain[plain.length - 1 - at]);
    const counted = at % 2 === 1 ? digit * 2 : digit;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}

// Style sheets, and the lines of drawings: what has many figures and is nothing to read.
const drawn = new Set(['_cssText', 'cssText', 'rule', 'style', 'd', 'points', 'viewBox', 'transform', 'src']);

/** The events as text, every string in them without card numbers. */
export function packed(events: readonly unknown[]): string {
  return JSON.stringify(events, (key, value: unknown) =>
    typeof value === 'string' && !drawn.has(key) ? withoutCards(value) : value,
  );
}
