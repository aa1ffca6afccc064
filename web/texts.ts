import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { partOf } from './src/shared/i18n/parts';

const prefix = 'texts:';

/**
 * A language's file in parts, by sections: `texts:zh-CN/desk` is what signing in, the shell and an agent's desktop
 * say, `texts:zh-CN/office` what all other pages say besides, `texts:zh-CN/wholeScreen` what few desktops say.
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
      const chosen = Object.entries(all).filter(([section]) => partOf(section) === part);
      return `export default ${JSON.stringify(Object.fromEntries(chosen))}`;
    },
  };
}
