import type { DagNode, TriggerRule } from '../model/dag.ts';
import { DEFAULT_MAX_LOST } from '../model/dag.ts';
import type { NodeName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { readCommand } from './command.ts';
import { quoted } from './diagnostic.ts';
import type { Field, Fields } from './fields.ts';
import { readFields, reportType } from './fields.ts';
import type { DraftNode } from './links.ts';
import type { Problems } from './problems.ts';
import type { PartialRetry } from './retry.ts';
import { mergeRetry, readRetry } from './retry.ts';
import type { Source } from './source.ts';
import { readTriggerRule } from './trigger.ts';
import { checkName, readDuration, readEnv, readName, readNames, readText, readWhole } from './values.ts';

const SHARED_KEYS = [
  'env',
  'retry',
  'timeout',
  'trigger_rule',
  'max_lost',
  'working_dir',
  'priority',
] as const;
const DEPENDS_ALIASES = { needs: 'depends', depends_on: 'depends' } as const;
export const DEFAULTS_KEYS: readonly string[] = SHARED_KEYS;
export const NODE_KEYS: readonly string[] = ['command', 'depends', 'description', ...SHARED_KEYS];

/** What a node and `defaults` can both say. */
type Settings = {
  readonly env: Readonly<Record<string, string>>;
  readonly retry: PartialRetry;
  readonly timeoutMs?: number;
  readonly triggerRule?: TriggerRule;
  readonly maxLost?: number;
  readonly workingDir?: string;
  readonly priority?: number;
};

export const NO_SETTINGS: Settings = { env: {}, retry: {} };

/** `defaults` of a dag: what its nodes say unless they say otherwise. */
export function readDefaults(problems: Problems, field: Field): Settings {
  const fields = readFields(problems, field.value, field.label, { known: DEFAULTS_KEYS });
  return fields === undefined ? NO_SETTINGS : readSettings(problems, fields, NO_SETTINGS);
}

/** `nodes` as a map by name, or as a list of maps with `name`. */
export function readNativeNodes(problems: Problems, field: Field, defaults: Settings): DraftNode[] {
  const drafts: DraftNode[] = [];
  let weight = 0;
  for (const { name, at, value } of named(problems, field)) {
    const draft = readNode(problems, name, at, value, defaults);
    drafts.push(draft);
    weight += weightOf(draft);
    if (weight <= limits.dagMaxBytes) continue;
    const message = `the dag grows beyond ${limits.dagMaxBytes / 1024 / 1024} MiB when its defaults are filled in`;
    problems.error(at, message, 'move large texts into files that the commands read');
    break;
  }
  return drafts;
}

type Named = { name: NodeName; at: number; value: Source };

function named(problems: Problems, { value, label, at }: Field): Named[] {
  if (value.kind === 'scalar') return [];
  const found: Named[] = [];
  if (value.kind === 'map') {
    for (const entry of value.entries) {
      const name = checkName<NodeName>(problems, entry.key, { label: 'node name', at: entry.at });
      if (name !== undefined) found.push({ name, at: entry.at, value: entry.value });
    }
    return found;
  }
  for (const item of value.items) {
    const entry =
      item.kind === 'map' ? item.entries.find((candidate) => candidate.key === 'name') : undefined;
    if (item.kind !== 'map')
      reportType(problems, { label, at, value: item }, 'maps in this list, each with a name');
    else if (entry === undefined) problems.error(item.at, 'a node without a name', 'add "name: …" to it');
    else {
      const name = readName<NodeName>(problems, {
        label: 'node name',
        at: entry.value.at,
        value: entry.value,
      });
      const rest = { ...item, entries: item.entries.filter((other) => other !== entry) };
      if (name !== undefined) found.push({ name, at: entry.value.at, value: rest });
    }
  }
  return found;
}

function readNode(
  problems: Problems,
  name: NodeName,
  at: number,
  value: Source,
  defaults: Settings,
): DraftNode {
  const isNothing = value.kind === 'scalar' && value.value === null;
  const owner = `node ${quoted(name)}`;
  const keys = { known: NODE_KEYS, aliases: DEPENDS_ALIASES };
  const fields: Fields = (isNothing ? undefined : readFields(problems, value, owner, keys)) ?? new Map();
  const settings = readSettings(problems, fields, defaults);
  const depends = fields.get('depends');
  const command = fields.get('command');
  const description = fields.get('description');
  const rest: DraftNode['rest'] = {
    ...optional('command', command && readCommand(problems, command)),
    env: settings.env,
    retry: mergeRetry(settings.retry),
    ...optional('timeoutMs', settings.timeoutMs),
    triggerRule: settings.triggerRule ?? 'all_success',
    maxLost: settings.maxLost ?? DEFAULT_MAX_LOST,
    ...optional('workingDir', settings.workingDir),
    priority: settings.priority ?? 0,
    ...optional('description', description && readText(problems, description)),
  };
  const names = depends && readNames<NodeName>(problems, depends, 'node name');
  return { name, at, depends: names ?? [], ruleAt: fields.get('trigger_rule')?.value.at ?? at, rest };
}

function readSettings(problems: Problems, fields: Fields, under: Settings): Settings {
  const field = (key: (typeof SHARED_KEYS)[number]): Field | undefined => fields.get(key);
  const env = field('env');
  const retry = field('retry');
  const timeout = field('timeout');
  const rule = field('trigger_rule');
  const maxLost = field('max_lost');
  const workingDir = field('working_dir');
  const priority = field('priority');
  const { maxLostMax, priorityMax } = limits;
  return {
    ...under,
    env: env === undefined ? under.env : { ...under.env, ...readEnv(problems, env) },
    retry: retry === undefined ? under.retry : { ...under.retry, ...readRetry(problems, retry) },
    ...optional('timeoutMs', timeout && readDuration(problems, timeout, true)),
    ...optional('triggerRule', rule && readTriggerRule(problems, rule)),
    ...optional('maxLost', maxLost && readWhole(problems, maxLost, 0, maxLostMax)),
    ...optional('workingDir', workingDir && readFolder(problems, workingDir)),
    ...optional('priority', priority && readWhole(problems, priority, -priorityMax, priorityMax)),
  };
}

function readFolder(problems: Problems, field: Field): string | undefined {
  const text = readText(problems, field, 'a folder');
  if (text === undefined || (text !== '' && !text.includes('\0'))) return text;
  problems.error(field.value.at, `${field.label} is no folder`, 'write a path, or remove it');
  return undefined;
}

/** About the bytes that a node takes in a log record. */
function weightOf({ name, depends, rest }: DraftNode): number {
  const { command, env } = rest;
  let weight = 300 + name.length + (rest.description?.length ?? 0) + (rest.workingDir?.length ?? 0);
  for (const on of depends) weight += on.name.length + 3;
  for (const [key, value] of Object.entries(env)) weight += key.length + value.length + 6;
  if (command !== undefined)
    weight +=
      'shell' in command
        ? command.shell.length
        : command.argv.reduce((sum, text) => sum + text.length + 3, 0);
  return weight;
}

function optional<Key extends keyof DagNode, Value>(
  key: Key,
  value: Value | undefined,
): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
