// @vitest-environment node
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import en from './en.json';
import zhCN from './zh-CN.json';
import zhTW from './zh-TW.json';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const name = path ? `${path}.${key}` : key;
    if (typeof value === 'string') found.set(name, value);
    else for (const [inner, text] of leaves(value, name)) found.set(inner, text);
  }
  return found;
}

const files = { 'zh-CN': leaves(zhCN), 'zh-TW': leaves(zhTW), en: leaves(en) };
// A sentence with a count has in English one for 1 (`key_one`) and one for the others, where Chinese has `key`.
const counted = /_(one|other)$/;
const keysOf = (language: keyof typeof files) => {
  const keys = [...files[language].keys()];
  const plain = keys.map((key) => (isCounted(language, key) ? key.replace(counted, '') : key));
  return [...new Set(plain)].sort();
};
const isCounted = (language: keyof typeof files, key: string) =>
  language === 'en' && counted.test(key) && files['zh-CN'].has(key.replace(counted, ''));
const textsOf = (language: keyof typeof files, key: string) => {
  const of = files[language];
  const plain = of.get(key);
  return plain === undefined ? [of.get(`${key}_one`) ?? '', of.get(`${key}_other`) ?? ''] : [plain];
};
const names = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();

describe('language files', () => {
  it.each(['zh-TW', 'en'] as const)('%s has the same keys as zh-CN', (language) => {
    expect(keysOf(language)).toEqual(keysOf('zh-CN'));
  });

  it('fill the same names in every language and leave nothing empty', () => {
    for (const [key, text] of files['zh-CN'])
      for (const language of ['zh-CN', 'zh-TW', 'en'] as const) {
        for (const translated of textsOf(language, key)) {
          expect(translated, `${language} ${key}`).not.toBe('');
          expect(names(translated), `${language} ${key}`).toEqual(names(text));
        }
      }
  });

  it('count one and several as English does', async () => {
    const i18n = i18next.createInstance();
    await i18n.init({ resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } } });
    const given = (language: string, count: number) => i18n.getFixedT(language)('blending.given', { count });
    expect(given('en', 1)).toBe('Given to 1 agent');
    expect(given('en', 2)).toBe('Given to 2 agents');
    expect(given('zh-CN', 1)).toBe('已为 1 名坐席安排');
  });
});
