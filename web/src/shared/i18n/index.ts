import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '@/shared/api/types';
import en from './en.json';
import zhCN from './zh-CN.json';
import zhTW from './zh-TW.json';

export const languages: readonly Language[] = ['zh-CN', 'zh-TW', 'en'];

/** Each language is named in itself, whatever the language of the screen. */
export const languageNames: Record<Language, string> = {
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
  en: 'English',
};

/** What callers speak: prompts and access numbers have these. */
export const spokenLanguages: Record<string, string> = { 'zh-CN': '普通话', yue: '粵語', en: 'English' };

export function spokenName(code: string | null | undefined): string {
  return code ? (spokenLanguages[code] ?? code) : '–';
}

const remembered = 'hujiao.language';

export function isLanguage(value: unknown): value is Language {
  return languages.includes(value as Language);
}

function initialLanguage(): Language {
  const stored = localStorage.getItem(remembered);
  if (isLanguage(stored)) return stored;
  for (const wish of navigator.languages) {
    if (/^zh-(TW|HK|MO|Hant)/i.test(wish)) return 'zh-TW';
    if (/^zh/i.test(wish)) return 'zh-CN';
    if (/^en/i.test(wish)) return 'en';
  }
  return 'zh-CN';
}

export const i18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: initialLanguage(),
  fallbackLng: 'en',
  resources: {
    'zh-CN': { translation: zhCN },
    'zh-TW': { translation: zhTW },
    en: { translation: en },
  },
  interpolation: { escapeValue: false },
  initAsync: false,
});

export function currentLanguage(): Language {
  return isLanguage(i18n.language) ? i18n.language : 'zh-CN';
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(remembered, language);
  document.documentElement.lang = language;
  await i18n.changeLanguage(language);
}

document.documentElement.lang = currentLanguage();

/** Whether the user ever chose a language on this machine; if so it wins over the account's. */
export function languageChosenHere(): boolean {
  return isLanguage(localStorage.getItem(remembered));
}
