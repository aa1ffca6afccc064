// @vitest-environment node
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofOffice, partOf } from './parts';
import zhCN from './zh-CN.json';

const root = resolve(import.meta.dirname, '../..');
// What an agent's desktop is made of; the router is left out, for it leads to every page.
const starts = [
  ...['main', 'SignedIn', 'Home', 'ErrorPages', 'navigation'].map((name) => `app/${name}`),
  ...['desktop/Desktop', 'sign-in/SignIn', 'trust/Trust'].map((name) => `features/${name}`),
];
const imported = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

function fileOf(base: string): string | null {
  const found = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].map((ending) => base + ending);
  return found.find((path) => existsSync(path) && statSync(path).isFile()) ?? null;
}

/** Every module that these lead to, those loaded later too. */
function modules(from: string[]): Map<string, string> {
  const seen = new Map<string, string>();
  const next = from.map((name) => fileOf(resolve(root, name)));
  while (next.length > 0) {
    const path = next.pop();
    if (!path || seen.has(path) || !/\.tsx?$/.test(path) || path.endsWith('app/router.tsx')) continue;
    const text = readFileSync(path, 'utf8');
    seen.set(path, text);
    for (const [, named = ''] of text.matchAll(imported)) {
      if (named.startsWith('@/')) next.push(fileOf(resolve(root, named.slice(2))));
      else if (named.startsWith('.')) next.push(fileOf(resolve(dirname(path), named)));
    }
  }
  return seen;
}

describe('the part of the texts that comes later', () => {
  const desk = modules(starts);

  it('is of sections that there are', () => {
    expect([...ofOffice].filter((section) => !(section in zhCN))).toEqual([]);
  });

  it('has nothing that the desktop says', () => {
    expect(desk.size).toBeGreaterThan(100);
    const read = [...desk].flatMap(([path, text]) =>
      [...ofOffice]
        .filter((section) => new RegExp(`['"\`]${section}\\.|label\\(\\s*'${section}'`).test(text))
        .map((section) => `${section}: ${path.slice(root.length)}`),
    );
    expect(read).toEqual([]);
  });

  it('is not read before it is here', () => {
    expect('wholeScreen' in zhCN && partOf('wholeScreen')).toBe('wholeScreen');
    const says = [...desk].filter(([, text]) => /['"`]wholeScreen\./.test(text)).map(([path]) => path);
    expect(says.length).toBeGreaterThan(0);
    for (const path of says) {
      const name = path.split('/').at(-1)?.replace('.tsx', '') ?? '';
      const users = [...desk].filter(([, text]) => text.includes(`/${name}'`));
      for (const [user, text] of users)
        expect(text, user).toMatch(new RegExp(`later\\(\\(\\) => import\\('[^']*/${name}'\\)\\)`));
    }
  });
});
