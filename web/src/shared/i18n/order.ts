/** Chinese names go as their readers look for them: by pinyin, or by strokes in Traditional Chinese. */
const collations: Partial<Record<string, string>> = {
  'zh-CN': 'zh-Hans-u-co-pinyin',
  'zh-TW': 'zh-Hant-u-co-stroke',
  en: 'en',
};

/** The order of names for a reader of this language; figures within a name count as numbers. */
export function nameOrder(language: string): (one: string, other: string) => number {
  return new Intl.Collator(collations[language] ?? language, { numeric: true }).compare;
}
