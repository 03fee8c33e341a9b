import { join } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

/** The page becomes files that any server may hand out as they are: nothing inline, nothing fetched from elsewhere. */
// oxlint-disable-next-line import/no-default-export -- Vite asks for it
export default defineConfig({
  root: here,
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  // What is inlined as `data:` would need a hole in the content security policy.
  build: {
    outDir: join(here, '../../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
});
