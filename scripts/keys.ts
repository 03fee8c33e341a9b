/** Writes what follows from the one keymap, the table in the README and the schema of `config.yaml`: `npx node scripts/keys.ts`. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CONFIG_WORDS } from '../src/cli/config.ts';
import { configSchema } from '../src/definition/config-schema.ts';
import { KEYMAP } from '../src/tui/keymap.ts';
import type { Binding } from '../src/tui/keymap.ts';

const START = '<!-- keys: npx node scripts/keys.ts -->\n';
const END = '<!-- /keys -->';

/** The keymap as a Markdown table. */
export function keyTable(): string {
  const rows = KEYMAP.map((binding) => `| ${keysText(binding)} | ${binding.help} | ${whereText(binding)} |`);
  return ['| key | does | where |', '|---|---|---|', ...rows, ''].join('\n');
}

/** `text` with the table that stands between the marks replaced. */
export function withKeyTable(text: string): string {
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error('README.md has no marks for the table of keys');
  return `${text.slice(0, start + START.length)}${keyTable()}${text.slice(end)}`;
}

function keysText({ keys }: Binding): string {
  return keys.map((key) => `\`${key === ' ' ? 'space' : key}\``).join(' ');
}

function whereText({ only }: Binding): string {
  return only === undefined ? '' : only.join(', ');
}

if (import.meta.main) {
  const file = new URL('../README.md', import.meta.url);
  writeFileSync(file, withKeyTable(readFileSync(file, 'utf8')));
  const schema = fileURLToPath(new URL('../schemas/config.schema.json', import.meta.url));
  writeFileSync(schema, JSON.stringify(configSchema(CONFIG_WORDS), undefined, 2));
  execFileSync('npx', ['oxfmt', schema]);
}
