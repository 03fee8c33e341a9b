import { formatWithoutSeverity } from '../definition/diagnostic.ts';
import type { Diagnostic } from '../definition/diagnostic.ts';
import type { DagName } from '../model/ids.ts';
import { applyDefinitions, removeDags } from './definition-apply.ts';
import { DEFINITION_FILE, loadDefinitions } from './definition-files.ts';
import type { Definitions } from './definition-files.ts';
import { errorText } from './output.ts';
import type { Session } from './session.ts';

export type WatchNotice = (level: 'info' | 'warning' | 'error', text: string) => void;

/** An editor writes in several steps; one reload is enough. */
const SETTLE_MS = 120;

/**
 * Applies the files of `paths` at each change. A good change is in force and told as a difference; of a bad or half-saved file the last
 * good version stays in force, and its errors are told. A file that went away takes its dag out of force.
 */
export class DefinitionWatch {
  readonly #session: Session;
  readonly #paths: readonly string[];
  readonly #onNotice: WatchNotice;
  /** Which file each dag came from, when it was last good. */
  readonly #fileOf = new Map<DagName, string>();
  /** Told already, here or at the start. */
  readonly #warnings: Set<string>;
  #lastErrors = '';
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();
  #watcher: { close(): Promise<void> } | undefined;

  constructor(session: Session, paths: readonly string[], loaded: Definitions, onNotice: WatchNotice) {
    this.#session = session;
    this.#paths = paths;
    this.#onNotice = onNotice;
    this.#warnings = new Set(loaded.diagnostics.map(formatWithoutSeverity));
    this.#learn(loaded);
  }

  async start(): Promise<void> {
    const { watch } = await import('chokidar');
    const watcher = watch([...this.#paths], {
      ignoreInitial: true,
      depth: 0,
      ignored: (path, stats) => stats?.isFile() === true && !DEFINITION_FILE.test(path),
    });
    this.#watcher = watcher;
    watcher.on('all', () => this.#soon());
    watcher.on('error', (error) =>
      this.#onNotice('warning', `watching the files failed: ${errorText(error)}`),
    );
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
  }

  /** Where a dag came from when it was last good. */
  fileOf(dag: DagName): string | undefined {
    return this.#fileOf.get(dag);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
    await this.#busy;
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#busy = this.#busy
        .then(() => this.#reload())
        .catch((error: unknown) => this.#onNotice('error', errorText(error)));
    }, SETTLE_MS);
  }

  async #reload(): Promise<void> {
    const loaded = await loadDefinitions(this.#paths);
    for (const line of await applyDefinitions(this.#session, loaded)) this.#onNotice('info', line);
    const gone = [...this.#fileOf].flatMap(([name, file]) =>
      loaded.dags.has(name) || loaded.broken.has(file) ? [] : [name],
    );
    for (const line of await removeDags(this.#session, gone)) this.#onNotice('info', line);
    for (const name of gone) this.#fileOf.delete(name);
    this.#learn(loaded);
    // Last, so that an error is what is read.
    this.#report(loaded);
  }

  /** Errors are told whenever they are others than before, a warning once. */
  #report({ diagnostics }: Definitions): void {
    const lines = (severity: Diagnostic['severity']): string[] =>
      diagnostics.filter((item) => item.severity === severity).map(formatWithoutSeverity);
    for (const warning of lines('warning')) {
      if (!this.#warnings.has(warning)) this.#onNotice('warning', warning);
      this.#warnings.add(warning);
    }
    const errors = lines('error');
    const text = errors.join('\n');
    if (text === this.#lastErrors) return;
    this.#lastErrors = text;
    const [first] = errors;
    if (first === undefined) {
      this.#onNotice('info', 'all files are good again');
      return;
    }
    if (errors.length > 1) for (const line of errors) this.#onNotice('error', line);
    const begin = errors.length > 1 ? `${errors.length} problems, the first: ${first}` : first;
    this.#onNotice('error', `${begin} (the last good version stays in force)`);
  }

  #learn(loaded: Definitions): void {
    for (const { dag, file } of loaded.dags.values()) this.#fileOf.set(dag.name, file);
  }
}
