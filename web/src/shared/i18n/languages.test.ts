// @vitest-environment node
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
const names = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();

describe('language files', () => {
  it.each(['zh-TW', 'en'] as const)('%s has the same keys as zh-CN', (language) => {
    expect([...files[language].keys()].sort()).toEqual([...files['zh-CN'].keys()].sort());
  });

  it('fill the same names in every language and leave nothing empty', () => {
    for (const [key, text] of files['zh-CN'])
      for (const language of ['zh-CN', 'zh-TW', 'en'] as const) {
        const translated = files[language].get(key) ?? '';
        expect(translated, `${language} ${key}`).not.toBe('');
        expect(names(translated), `${language} ${key}`).toEqual(names(text));
      }
  });
});
