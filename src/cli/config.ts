import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { ConfigFile, ConfigWords } from '../definition/config-file.ts';
import type { Diagnostic } from '../definition/diagnostic.ts';
import { KEY_NAMES, keyNamed } from '../tui/key-text.ts';
import { BINDABLE, keyProblems } from '../tui/rebinding.ts';
import { THEMES, themeNamed } from '../tui/theme.ts';

/** What `config.yaml` may speak of. */
export const CONFIG_WORDS: ConfigWords = {
  themes: THEMES,
  themeNamed,
  commands: BINDABLE,
  keyNames: KEY_NAMES,
  keyNamed,
  problemsOf: keyProblems,
};

/** `$XDG_CONFIG_HOME/dagtop/config.yaml`; as the XDG says, a folder that is not absolute is ignored. */
export function configPath(): string {
  const folder = process.env['XDG_CONFIG_HOME'] ?? '';
  return join(isAbsolute(folder) ? folder : join(homedir(), '.config'), 'dagtop', 'config.yaml');
}

/** What the file says; `config` is absent when an error is in it. A file that is not there says nothing. */
export type ReadConfig = {
  readonly isThere: boolean;
  readonly config?: ConfigFile;
  readonly diagnostics: readonly Diagnostic[];
};

/** Reads the operator's configuration; diagnostics call it `name`. Never rejects. */
export async function readConfig(path: string, name: string): Promise<ReadConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { isThere: false, config: {}, diagnostics: [] };
    const problem = { file: name, line: 1, column: 1, severity: 'error' } as const;
    return { isThere: true, diagnostics: [{ ...problem, message: `it cannot be read: ${message}` }] };
  }
  // Many have no such file, and reading YAML is a good part of a start.
  const { parseConfig } = await import('../definition/config-file.ts');
  return { isThere: true, ...parseConfig({ file: name, text }, CONFIG_WORDS) };
}
