import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './precompress';
import { texts } from './texts';
import { widget } from './widget/build';

// Where a running installation listens; only the development server uses it.
const backend = process.env.HUJIAO_WEB ?? 'http://127.0.0.1:8080';
const proxied = { target: backend, ws: true, changeOrigin: true, secure: false };

export default defineConfig({
  plugins: [texts(), react(), precompress(), widget()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy: { '/api': proxied, '/sip': proxied, '/ca.pem': proxied } },
  build: {
    // The oldest browser agents still run: Chrome 109 and the browsers built on it.
    target: 'chrome109',
    chunkSizeWarningLimit: 1200,
    modulePreload: {
      polyfill: false,
      // The lists of what each page needs are a burden for the desktop; the desktop's own is worth its place.
      resolveDependencies: (file, deps) =>
        file.includes('/Desktop-') ? deps : deps.filter((one) => one.endsWith('.css')),
    },
  },
  test: {
    environment: 'jsdom',
    include: ['{src,widget}/**/*.test.{ts,tsx}'],
    setupFiles: ['src/app/test-setup.ts'],
    testTimeout: 30_000,
  },
});
