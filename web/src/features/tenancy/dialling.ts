import { nameOrder } from '@/shared/i18n/order';

/** A prefix of numbers in E.164; "+" alone is every number. */
export const isPrefix = (text: string) => /^\+\d{0,15}$/.test(text);

const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));
const noCountries = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** Countries by their names in this language, each once: codes that have been replaced are left out. */
export function countries(language: string): { value: string; label: string }[] {
  const order = nameOrder(language);
  const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !noCountries.has(code) && new Intl.Locale(`und-${code}`).region === code)
    .flatMap((code) => {
      const name = names.of(code);
      return name ? [{ value: code, label: `${name} (${code})` }] : [];
    })
    .sort((a, b) => order(a.label, b.label));
}
