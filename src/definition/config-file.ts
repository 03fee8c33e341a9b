import { limits } from '../model/limits.ts';
import { listed, quoted } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readFields, reportType } from './fields.ts';
import type { Field, Fields } from './fields.ts';
import type { Problems } from './problems.ts';
import type { MapEntry, Source } from './source.ts';
import { outcome, readSource } from './source-file.ts';
import type { TextFile } from './source-file.ts';
import { didYouMean } from './suggestion.ts';
import { readFlag, readText, readWhole } from './values.ts';

/** `config.yaml`: how one operator likes the screen. What is absent is not said there. */
export type ConfigFile = {
  readonly theme?: string;
  readonly ascii?: boolean;
  readonly readOnly?: boolean;
  readonly animation?: boolean;
  readonly mouse?: boolean;
  readonly bell?: 'off' | 'bell' | 'osc9';
  /** Frames per second. */
  readonly fps?: number;
  /** The keys of a command instead of those that it has by default; none takes them away. */
  readonly keys?: ReadonlyMap<string, readonly string[]>;
};

/** What the screen has names for, and what it says of a choice of keys. */
export type ConfigWords = {
  readonly themes: readonly string[];
  /** The theme that is written so. */
  readonly themeNamed: (text: string) => string | undefined;
  readonly commands: readonly string[];
  /** Names of keys that are no characters, for hints. */
  readonly keyNames: readonly string[];
  /** The name of a key that is written so; undefined when there is none. */
  readonly keyNamed: (text: string) => string | undefined;
  readonly problemsOf: (keys: ReadonlyMap<string, readonly string[]>) => readonly KeyProblem[];
};

/** What is wrong with the keys of a command that the file names. */
export type KeyProblem = { readonly command: string; readonly message: string; readonly hint: string };

const FLAGS = {
  ascii: 'ascii',
  read_only: 'readOnly',
  animation: 'animation',
  mouse: 'mouse',
} as const;
const FLAG_KEYS = Object.keys(FLAGS) as (keyof typeof FLAGS)[];
const KNOWN = ['theme', 'keys', 'fps', 'bell', ...FLAG_KEYS];
export const BELLS = ['off', 'bell', 'osc9'] as const;
const ALIASES = { readOnly: 'read_only', 'read-only': 'read_only' };

/** Reads `config.yaml`. Never throws; `config` is there when no diagnostic is an error. A file without content says nothing, which is good. */
export function parseConfig(
  file: TextFile,
  words: ConfigWords,
): { config?: ConfigFile; diagnostics: Diagnostic[] } {
  if (/^\uFEFF?(\s|#.*)*$/u.test(file.text.slice(0, limits.fileMaxBytes)))
    return { config: {}, diagnostics: [] };
  const { root, problems } = readSource(file, 'theme');
  const fields =
    root === undefined ? undefined : readFields(problems, root, '', { known: KNOWN, aliases: ALIASES });
  const { value, diagnostics } = outcome(fields && readConfig(problems, fields, words), problems);
  return value === undefined ? { diagnostics } : { config: value, diagnostics };
}

function readConfig(problems: Problems, fields: Fields, words: ConfigWords): ConfigFile {
  const config: { -readonly [Key in keyof ConfigFile]: ConfigFile[Key] } = {};
  for (const key of FLAG_KEYS) {
    const field = fields.get(key);
    const flag = field && readFlag(problems, field);
    if (flag !== undefined) config[FLAGS[key]] = flag;
  }
  const fps = fields.get('fps');
  const frames = fps && readWhole(problems, fps, 1, limits.framesPerSecondMax);
  if (frames !== undefined) config.fps = frames;
  const bell = fields.get('bell');
  const kind = bell && readBell(problems, bell);
  if (kind !== undefined) config.bell = kind;
  const theme = fields.get('theme');
  const name = theme && readTheme(problems, theme, words);
  if (name !== undefined) config.theme = name;
  const keys = fields.get('keys');
  if (keys !== undefined) config.keys = readKeys(problems, keys, words);
  return config;
}

/** `true` and `false` are as good as `bell` and `off`. */
function readBell(problems: Problems, field: Field): ConfigFile['bell'] {
  const { value } = field;
  const word = value.kind === 'scalar' ? value.value : undefined;
  if (typeof word === 'boolean') return word ? 'bell' : 'off';
  return BELLS.find((one) => one === word) ?? reportType(problems, field, 'bell, osc9 or off');
}

function readTheme(
  problems: Problems,
  field: Field,
  { themes, themeNamed }: ConfigWords,
): string | undefined {
  const text = readText(problems, field, 'the name of a theme');
  const theme = text === undefined ? undefined : themeNamed(text);
  if (text === undefined || theme !== undefined) return theme;
  const hint = didYouMean(text, themes) ?? `the themes are ${themes.join(', ')}`;
  problems.error(field.value.at, `there is no theme ${quoted(text)}`, hint);
  return undefined;
}

function readKeys(
  problems: Problems,
  field: Field,
  words: ConfigWords,
): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, readonly string[]>();
  const places = new Map<string, number>();
  if (field.value.kind !== 'map') {
    const isNothing = field.value.kind === 'scalar' && field.value.value === null;
    if (!isNothing)
      reportType(problems, field, 'a map of commands to keys', 'such as {trigger: S, turn: null}');
    return keys;
  }
  for (const entry of field.value.entries) {
    const command = commandNamed(problems, entry, words.commands);
    const bound = keysIn(problems, entry, words);
    if (command === undefined) continue;
    if (places.has(command)) {
      problems.error(entry.at, `the keys of ${command} stand there twice`, 'keep one of the entries');
      continue;
    }
    places.set(command, entry.at);
    if (bound !== undefined) keys.set(command, bound);
  }
  for (const { command, message, hint } of words.problemsOf(keys))
    problems.error(places.get(command) ?? field.at, message, hint);
  return keys;
}

/** `pageUp`, `page-up` and `page_up` are one command. */
function commandNamed(
  problems: Problems,
  { key, at }: MapEntry,
  commands: readonly string[],
): string | undefined {
  const plain = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase();
  const command = commands.includes(key) ? key : commands.find((one) => plain(one) === plain(key));
  if (command === undefined)
    problems.error(
      at,
      `there is no command ${quoted(key)}`,
      didYouMean(key, commands) ?? `the commands are ${listed(commands, 100)}`,
    );
  return command;
}

/** One key, a list of them, or nothing at all; undefined when one is unknown. */
function keysIn(
  problems: Problems,
  { key: command, value }: MapEntry,
  words: ConfigWords,
): string[] | undefined {
  if (value.kind === 'scalar' && value.value === null) return [];
  const items: readonly Source[] = value.kind === 'list' ? value.items : [value];
  const keys = items.map((item) => {
    const label = `key of ${quoted(command)}`;
    const text = readText(problems, { label, at: item.at, value: item }, 'a key or a list of keys');
    if (text === undefined) return undefined;
    const key = words.keyNamed(text);
    if (key === undefined)
      problems.error(
        item.at,
        `there is no key ${quoted(text)}`,
        didYouMean(text, words.keyNames) ??
          `a key is a character, two of them (gg), ctrl- and a letter, or one of ${words.keyNames.join(', ')}`,
      );
    return key;
  });
  return keys.every((key) => key !== undefined) ? [...new Set(keys)] : undefined;
}
