import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Unsubscribe } from '../broker/port/port.ts';
import type { ConfigFile } from '../definition/config-file.ts';
import { formatWithoutSeverity } from '../definition/diagnostic.ts';
import type { MonitorSettings, SettingsFeed } from '../tui/monitor-settings.ts';
import { readConfig } from './config.ts';
import type { ReadConfig } from './config.ts';
import type { Log } from './log.ts';
import { monitorSettings } from './monitor-settings.ts';
import type { ScreenFlags } from './monitor-settings.ts';
import { errorText } from './output.ts';

/** An editor writes in several steps; one reload is enough. */
const SETTLE_MS = 120;

/** The settings of the screen, read anew whenever the operator saves `config.yaml`: while an error is in it, the last good ones stay in force. */
export class ConfigWatch implements SettingsFeed {
  readonly #path: string;
  readonly #flags: ScreenFlags;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #settings: MonitorSettings;
  #config: ConfigFile = {};
  #lastErrors = '';
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();
  #watcher: Promise<{ close(): Promise<void> }> | undefined;

  /** `log` hears of errors and changes; `flags` outrank the file. Errors: those of `monitorSettings`. */
  constructor(path: string, flags: ScreenFlags, log: Log) {
    this.#path = path;
    this.#flags = flags;
    this.#log = log;
    this.#settings = monitorSettings({}, flags);
  }

  get current(): MonitorSettings {
    return this.#settings;
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the file is in force; it is watched from soon after. */
  async start(): Promise<void> {
    this.#take(await this.#read(), 'the defaults are in force');
    this.#watcher = this.#watch();
    this.#watcher.catch((error: unknown) => this.#cannotWatch(error));
  }

  async stop(): Promise<void> {
    const watcher = await this.#watcher?.catch(() => undefined);
    clearTimeout(this.#timer);
    await watcher?.close();
    await this.#busy;
  }

  async #watch(): Promise<{ close(): Promise<void> }> {
    // The first frame comes before.
    await nextTurn();
    const { watch } = await import('chokidar');
    const watcher = watch(this.#path, { ignoreInitial: true });
    watcher.on('all', () => this.#soon());
    watcher.on('error', (error) => this.#cannotWatch(error));
    // What was saved before the watcher stood.
    watcher.on('ready', () => this.#soon());
    return watcher;
  }

  #cannotWatch(error: unknown): void {
    this.#log('warning', `watching ${basename(this.#path)} failed: ${errorText(error)}`);
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#busy = this.#busy.then(async () => {
        this.#take(await this.#read(), 'the last good ones stay in force');
      });
    }, SETTLE_MS);
  }

  #read(): Promise<ReadConfig> {
    return readConfig(this.#path, basename(this.#path));
  }

  #take({ config, diagnostics }: ReadConfig, whatStays: string): void {
    const isMended = this.#lastErrors !== '' && config !== undefined;
    const isOther = config !== undefined && !isSame(config, this.#config);
    if (isOther) {
      this.#config = config;
      this.#settings = monitorSettings(config, this.#flags);
      for (const listener of this.#listeners) listener();
    }
    this.#report(diagnostics.map(formatWithoutSeverity), config === undefined ? whatStays : undefined);
    if (isMended || isOther) this.#log('info', `${basename(this.#path)} is in force`);
  }

  /** Told whenever they are others than before; the last line is the one that is read. */
  #report(lines: readonly string[], whatStays: string | undefined): void {
    const text = lines.join('\n');
    if (text === this.#lastErrors) return;
    this.#lastErrors = text;
    const level = whatStays === undefined ? 'warning' : 'error';
    const [first] = lines;
    if (first === undefined) return;
    if (lines.length > 1) for (const line of lines) this.#log(level, line);
    const begin = lines.length > 1 ? `${lines.length} problems, the first: ${first}` : first;
    this.#log(level, whatStays === undefined ? begin : `${begin} (${whatStays})`);
  }
}

function isSame(a: ConfigFile, b: ConfigFile): boolean {
  const text = (config: ConfigFile): string => JSON.stringify({ ...config, keys: [...(config.keys ?? [])] });
  return text(a) === text(b);
}
