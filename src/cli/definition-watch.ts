import { relative } from 'node:path';
import { formatDiagnostic } from '../definition/diagnostic.ts';
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
  #lastErrors = '';
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();
  #watcher: { close(): Promise<void> } | undefined;

  constructor(session: Session, paths: readonly string[], loaded: Definitions, onNotice: WatchNotice) {
    this.#session = session;
    this.#paths = paths;
    this.#onNotice = onNotice;
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
    const errors = loaded.diagnostics.map(formatDiagnostic);
    const text = errors.join('\n');
    if (text !== this.#lastErrors) {
      for (const [at, diagnostic] of loaded.diagnostics.entries()) {
        this.#onNotice(diagnostic.severity, errors[at] ?? '');
      }
      if (text === '') this.#onNotice('info', 'all files are good again');
      if (loaded.broken.size > 0) {
        const names = [...loaded.broken].map((file) => relative('.', file)).join(', ');
        this.#onNotice('warning', `the last good version of ${names} stays in force`);
      }
      this.#lastErrors = text;
    }
    for (const line of await applyDefinitions(this.#session, loaded)) this.#onNotice('info', line);
    const gone = [...this.#fileOf].flatMap(([name, file]) =>
      loaded.dags.has(name) || loaded.broken.has(file) ? [] : [name],
    );
    for (const line of await removeDags(this.#session, gone)) this.#onNotice('info', line);
    for (const name of gone) this.#fileOf.delete(name);
    this.#learn(loaded);
  }

  #learn(loaded: Definitions): void {
    for (const { dag, file } of loaded.dags.values()) this.#fileOf.set(dag.name, file);
  }
}
