import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { ofOffice } from './src/shared/i18n/parts';

const prefix = 'texts:';

/**
 * A language's file in two parts, by sections: `texts:zh-CN/desk` is what signing in, the shell and an agent's desktop
 * say, `texts:zh-CN/office` what all other pages say besides.
 */
export function texts(): Plugin {
  return {
    name: 'hujiao-texts',
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null;
      const [language, part] = id.slice(prefix.length + 1).split('/');
      const path = fileURLToPath(new URL(`./src/shared/i18n/${language}.json`, import.meta.url));
      this.addWatchFile(path);
      const all = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      const chosen = Object.entries(all).filter(([section]) => ofOffice.has(section) === (part === 'office'));
      return `export default ${JSON.stringify(Object.fromEntries(chosen))}`;
    },
  };
}
