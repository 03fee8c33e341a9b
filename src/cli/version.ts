import { readFileSync } from 'node:fs';

/** Of the package: one level up from `src` as from `dist`. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
