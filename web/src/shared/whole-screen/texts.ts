import { wholeScreenTexts } from '@/shared/i18n';

/** A module, loaded with what it says. */
export async function afterTexts<T>(load: () => Promise<T>): Promise<T> {
  const [module] = await Promise.all([load(), wholeScreenTexts()]);
  return module;
}
