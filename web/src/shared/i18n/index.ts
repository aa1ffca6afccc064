import type { Locale } from 'antd/es/locale';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '@/shared/api/types';

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

// Each has the same keys (a test looks), so that none needs another to fall back on.
void i18n.use(initReactI18next).init({
  lng: initialLanguage(),
  fallbackLng: false,
  resources: {},
  interpolation: { escapeValue: false },
  initAsync: false,
});

interface Loaded {
  texts: object;
  antd: Locale;
}

/** A language comes when it is read: the texts of the others would only be in the way. */
const sources: Record<Language, () => Promise<Loaded>> = {
  'zh-CN': () => import('./languages/zh-CN'),
  'zh-TW': () => import('./languages/zh-TW'),
  en: () => import('./languages/en'),
};
const antLocales: Partial<Record<Language, Locale>> = {};

/** A part of the texts that comes when it is read. */
class LaterTexts {
  private readonly here = new Set<Language>();
  private isRead = false;

  constructor(private readonly of: Record<Language, () => Promise<{ default: object }>>) {}

  /** They are there from then on, whatever the language. */
  async read(): Promise<void> {
    this.isRead = true;
    await load(currentLanguage());
  }

  async load(language: Language): Promise<void> {
    if (!this.isRead || this.here.has(language)) return;
    i18n.addResourceBundle(language, 'translation', (await this.of[language]()).default);
    this.here.add(language);
  }
}

/** What the pages beside the desktop say. */
const ofOffice = new LaterTexts({
  'zh-CN': () => import('texts:zh-CN/office'),
  'zh-TW': () => import('texts:zh-TW/office'),
  en: () => import('texts:en/office'),
});
const ofWholeScreen = new LaterTexts({
  'zh-CN': () => import('texts:zh-CN/wholeScreen'),
  'zh-TW': () => import('texts:zh-TW/wholeScreen'),
  en: () => import('texts:en/wholeScreen'),
});

async function load(language: Language): Promise<void> {
  await Promise.all([loadDesk(language), ofOffice.load(language), ofWholeScreen.load(language)]);
}

async function loadDesk(language: Language): Promise<void> {
  if (antLocales[language]) return;
  const { texts, antd } = await sources[language]();
  i18n.addResourceBundle(language, 'translation', texts);
  antLocales[language] = antd;
}

/** What every page but the desktop waits for. */
export async function officeTexts(): Promise<null> {
  await ofOffice.read();
  return null;
}

/** What waits for it says how a whole screen is shared. */
export const wholeScreenTexts = () => ofWholeScreen.read();

/** The words of the component library in the language of the screen. */
export function antLocale(): Locale | undefined {
  return antLocales[currentLanguage()];
}

export function currentLanguage(): Language {
  return isLanguage(i18n.language) ? i18n.language : 'zh-CN';
}

let wanted: Language | null = null;

/** Shows this page in the language, and the next one in the user's own; false when another was chosen meanwhile. */
export async function showLanguage(language: Language): Promise<boolean> {
  wanted = language;
  await load(language);
  if (wanted !== language) return false;
  document.documentElement.lang = language;
  await i18n.changeLanguage(language);
  return true;
}

export async function setLanguage(language: Language): Promise<void> {
  if (await showLanguage(language)) localStorage.setItem(remembered, language);
}

document.documentElement.lang = currentLanguage();

/** Nothing is shown before the first language is here. */
export const languageReady = load(currentLanguage());

/** Whether the user ever chose a language on this machine; if so it wins over the account's. */
export function languageChosenHere(): boolean {
  return isLanguage(localStorage.getItem(remembered));
}
