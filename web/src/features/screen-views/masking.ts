/**
 * What never leaves the agent's page: what is marked private, passwords, and card numbers in whatever text. The
 * elements keep their place on the picture, as empty boxes.
 */
export const privateElements = 'input[type=password], .ant-input-password, iframe';

const digits = /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])/g;

/** The text without the numbers of cards. */
export function withoutCards(text: string): string {
  return text.replace(digits, (found) => {
    const plain = found.replace(/\D/g, '');
    return isCard(plain) ? found.replace(/\d/g, '•') : found;
  });
}

/** Whether the last digit is the check digit of the others (Luhn). */
export function isCard(plain: string): boolean {
  if (/^0+$/.test(plain)) return false;
  let sum = 0;
  for (let at = 0; at < plain.length; at += 1) {
    const digit = Number(plain[plain.length - 1 - at]);
    const counted = at % 2 === 1 ? digit * 2 : digit;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}

const isStyle = new Set(['_cssText', 'cssText', 'rule', 'style']);

/** The events as text, every string in them without card numbers. */
export function packed(events: readonly unknown[]): string {
  return JSON.stringify(events, (key, value: unknown) =>
    typeof value === 'string' && !isStyle.has(key) ? withoutCards(value) : value,
  );
}
