import { readFile } from 'node:fs/promises';
import { formatDiagnostic } from '../definition/diagnostic.ts';
import type { SettingsFile } from '../definition/settings-file.ts';
import type { Retention } from '../history/retention.ts';
import { CodedError } from '../model/coded-error.ts';
import { limits } from '../model/limits.ts';
import type { NotifyTarget } from '../model/notify-target.ts';

/** What a command line may say about the broker; each outranks the environment and `dagtop.yaml`. */
export type BrokerFlags = {
  readonly broker?: string;
  readonly namespace?: string;
  readonly acceptLoss?: boolean;
};

export type HistoryFlags = { readonly history?: string };

export type HistorySettings = {
  /** Of the database; undefined when no history is wanted. */
  readonly url: string | undefined;
  readonly retention: Retention;
};

export type Settings = {
  readonly brokerUrl: string;
  /** Which of the four ways chose the broker: for messages. */
  readonly chosenBy: string;
  readonly namespace: string;
  readonly acceptLoss: boolean;
  readonly dataFolder: string;
  /** The base URL of an OpenTelemetry collector, as `dagtop.yaml` names it. */
  readonly otlp: string | undefined;
  readonly publicUrl: string | undefined;
  readonly notify: readonly NotifyTarget[];
  readonly history: HistorySettings;
  /** Infinite: the log is never trimmed. */
  readonly keepLogMs: number;
};

const SETTINGS_FILE = 'dagtop.yaml';
const DEFAULT_BROKER = 'embedded:./.dagtop';

/** The broker by `--broker`, else `DAGTOP_BROKER`, else `dagtop.yaml`, else the embedded one. Error: `bad_settings`. */
export async function readSettings(flags: BrokerFlags & HistoryFlags): Promise<Settings> {
  const file = await readSettingsFile();
  const env = process.env;
  const namespace = flags.namespace ?? env['DAGTOP_NAMESPACE'] ?? file.namespace ?? 'dag';
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(namespace)) {
    throw new CodedError('bad_settings', `'${namespace}' cannot be a namespace`, {
      hint: 'use a lower-case letter and up to 31 letters, digits or dashes',
    });
  }
  const dataFolder = env['DAGTOP_DATA'] ?? file.data ?? '.dagtop';
  const common = {
    namespace,
    acceptLoss: flags.acceptLoss ?? false,
    dataFolder,
    history: historyOf(flags, file, dataFolder),
    otlp: file.otlp,
    publicUrl: file.publicUrl,
    notify: file.notify ?? [],
    keepLogMs: file.keepLogMs ?? limits.keepLogMs,
  };
  if (flags.broker !== undefined) return { ...common, brokerUrl: flags.broker, chosenBy: '--broker' };
  if (env['DAGTOP_BROKER']) return { ...common, brokerUrl: env['DAGTOP_BROKER'], chosenBy: 'DAGTOP_BROKER' };
  if (file.broker !== undefined) return { ...common, brokerUrl: file.broker, chosenBy: SETTINGS_FILE };
  return { ...common, brokerUrl: DEFAULT_BROKER, chosenBy: 'the default' };
}

/** The history by `--history`, else `DAGTOP_HISTORY`, else `dagtop.yaml`, else beside the rest of the data; `off` is none. */
function historyOf({ history }: HistoryFlags, file: SettingsFile, dataFolder: string): HistorySettings {
  const { url, keepMs, keepRuns } = file.history ?? {};
  const chosen = history ?? (process.env['DAGTOP_HISTORY'] || url) ?? `sqlite:${dataFolder}/history.db`;
  return {
    url: chosen === 'off' ? undefined : chosen,
    retention: {
      ...(keepMs === undefined ? {} : { keepMs }),
      ...(keepRuns === undefined ? {} : { keepRuns }),
    },
  };
}

async function readSettingsFile(): Promise<SettingsFile> {
  let text: string;
  try {
    text = await readFile(SETTINGS_FILE, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CodedError('bad_settings', `cannot read ${SETTINGS_FILE}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  // Most have no such file, and reading YAML is a good part of a start.
  const { parseSettings } = await import('../definition/settings-file.ts');
  const { settings, diagnostics } = parseSettings({ file: SETTINGS_FILE, text });
  if (settings !== undefined) return settings;
  throw new CodedError('bad_settings', diagnostics.map(formatDiagnostic).join('\n'));
}

/** The URL without its password: for messages and the screen. */
export function maskUrl(url: string): string {
  return url
    .split(',')
    .map((part) =>
      part.replace(/^([a-z+]+:\/\/)?[^/@]*@/, '$1***@').replace(/([?&](?:token|password)=)[^&]*/g, '$1***'),
    )
    .join(',');
}
