import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { precompress } from '../precompress';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the visitors' widget beside the application: one script, which needs nothing else. */
export function widget(): Plugin {
  let into = '';
  return {
    name: 'chat-widget',
    apply: 'build',
    configResolved({ root, build: { outDir } }) {
      into = resolve(root, outDir, 'chat');
    },
    async closeBundle() {
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        plugins: [precompress()],
        resolve: { alias: { '@': here('../src') } },
        build: {
          outDir: into,
          emptyOutDir: false,
          // What visitors have is older than what agents have.
          target: ['chrome90', 'safari16.4', 'firefox102'],
          lib: {
            entry: here('./main.ts'),
            formats: ['iife'],
            name: 'hujiaoChat',
            fileName: () => 'widget.js',
          },
        },
      });
    },
  };
}
