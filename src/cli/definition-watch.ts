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

  #report({ diagnostics, broken }: Definitions): void {
    const lines = diagnostics.map(formatDiagnostic);
    const text = lines.join('\n');
    if (text === this.#lastErrors) return;
    this.#lastErrors = text;
    const [first] = lines;
    if (first === undefined) {
      this.#onNotice('info', 'all files are good again');
      return;
    }
    if (lines.length > 1)
      for (const [at, line] of lines.entries()) this.#onNotice(diagnostics[at]?.severity ?? 'error', line);
    const begin = lines.length > 1 ? `${lines.length} problems, the first: ${first}` : first;
    const kept = broken.size > 0 ? ' (the last good version stays in force)' : '';
    this.#onNotice(broken.size > 0 ? 'error' : 'warning', `${begin}${kept}`);
  }

  #learn(loaded: Definitions): void {
    for (const { dag, file } of loaded.dags.values()) this.#fileOf.set(dag.name, file);
  }
}
