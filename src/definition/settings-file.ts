import type { Diagnostic } from './diagnostic.ts';
import { readFields } from './fields.ts';
import type { TextFile } from './source-file.ts';
import { outcome, readSource } from './source-file.ts';
import { readText } from './values.ts';

/** `dagtop.yaml`: what every command on this machine would otherwise be told each time. */
export type SettingsFile = {
  readonly broker?: string;
  readonly namespace?: string;
  /** Where an agent keeps its journal and outputs. */
  readonly data?: string;
};

const SETTINGS_KEYS = ['broker', 'namespace', 'data'] as const;

/** Reads `dagtop.yaml`. Never throws; `settings` is there when no diagnostic is an error. */
export function parseSettings(file: TextFile): { settings?: SettingsFile; diagnostics: Diagnostic[] } {
  const { root, problems } = readSource(file, 'broker');
  const fields = root === undefined ? undefined : readFields(problems, root, '', { known: SETTINGS_KEYS });
  const settings: { -readonly [Key in keyof SettingsFile]: SettingsFile[Key] } = {};
  for (const key of SETTINGS_KEYS) {
    const field = fields?.get(key);
    const text = field === undefined ? undefined : readText(problems, field);
    if (text !== undefined) settings[key] = text;
  }
  const { value, diagnostics } = outcome(fields === undefined ? undefined : settings, problems);
  return value === undefined ? { diagnostics } : { settings: value, diagnostics };
}
