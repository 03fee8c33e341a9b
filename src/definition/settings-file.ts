import { limits } from '../model/limits.ts';
import type { NotifyTarget } from '../model/notify-target.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readFields } from './fields.ts';
import type { Field } from './fields.ts';
import { readHistory } from './history-settings.ts';
import type { HistorySection } from './history-settings.ts';
import { readNotify } from './notify-settings.ts';
import type { Problems } from './problems.ts';
import type { TextFile } from './source-file.ts';
import { outcome, readSource } from './source-file.ts';
import { readDuration, readText } from './values.ts';

/** `dagtop.yaml`: what every command on this machine would otherwise be told each time. */
export type SettingsFile = {
  readonly broker?: string;
  readonly namespace?: string;
  /** Where an agent keeps its journal and outputs. */
  readonly data?: string;
  /** The base URL of an OpenTelemetry collector, for traces. */
  readonly otlp?: string;
  /** Where the page is for those who read messages about runs. */
  readonly publicUrl?: string;
  readonly notify?: readonly NotifyTarget[];
  readonly history?: HistorySection;
  /** How long what happened stays in the event log, at least; infinite: it is never trimmed. */
  readonly keepLogMs?: number;
};

const SETTINGS_KEYS = ['broker', 'namespace', 'data'] as const;
const MORE_KEYS = ['telemetry', 'public_url', 'notify', 'history', 'log'];

/** Reads `dagtop.yaml`. Never throws; `settings` is there when no diagnostic is an error. */
export function parseSettings(file: TextFile): { settings?: SettingsFile; diagnostics: Diagnostic[] } {
  const { root, problems } = readSource(file, 'broker');
  const fields =
    root === undefined
      ? undefined
      : readFields(problems, root, '', { known: [...SETTINGS_KEYS, ...MORE_KEYS] });
  const settings: { -readonly [Key in keyof SettingsFile]: SettingsFile[Key] } = {};
  for (const key of SETTINGS_KEYS) {
    const field = fields?.get(key);
    const text = field === undefined ? undefined : readText(problems, field);
    if (text !== undefined) settings[key] = text;
  }
  const telemetry = fields?.get('telemetry');
  const otlp = telemetry && readOtlp(problems, telemetry);
  if (otlp !== undefined) settings.otlp = otlp;
  const page = fields?.get('public_url');
  const publicUrl = page && readHttpUrl(problems, page);
  if (publicUrl !== undefined) settings.publicUrl = publicUrl;
  const notify = fields?.get('notify');
  if (notify !== undefined) settings.notify = readNotify(problems, notify);
  const history = fields?.get('history');
  if (history !== undefined) settings.history = readHistory(problems, history);
  const log = fields?.get('log');
  const keepLogMs = log && readKeep(problems, log);
  if (keepLogMs !== undefined) settings.keepLogMs = keepLogMs;
  const { value, diagnostics } = outcome(fields === undefined ? undefined : settings, problems);
  return value === undefined ? { diagnostics } : { settings: value, diagnostics };
}

/** `telemetry: {otlp: http://collector:4318}` */
function readOtlp(problems: Problems, field: Field): string | undefined {
  const fields = readFields(problems, field.value, field.label, { known: ['otlp'] });
  const otlp = fields?.get('otlp');
  return otlp && readHttpUrl(problems, otlp);
}

/** `log: {keep: 30d}`, or `{keep: all}` */
function readKeep(problems: Problems, field: Field): number | undefined {
  const keep = readFields(problems, field.value, field.label, { known: ['keep'] })?.get('keep');
  if (keep === undefined) return undefined;
  if (keep.value.kind === 'scalar' && keep.value.value === 'all') return Number.POSITIVE_INFINITY;
  const keepMs = readDuration(problems, keep, true);
  if (keepMs === undefined || keepMs >= limits.keepLogMinMs) return keepMs;
  problems.error(keep.value.at, `${keep.label} is too short`, 'write 1h or more: other readers must keep up');
  return undefined;
}

function readHttpUrl(problems: Problems, field: Field): string | undefined {
  const text = readText(problems, field, 'a URL');
  if (text === undefined || (/^https?:/.test(text) && URL.canParse(text))) return text;
  problems.error(field.value.at, `${field.label} is no URL`, 'write http://HOST:PORT or https://HOST');
  return undefined;
}
