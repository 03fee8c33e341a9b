import { quoted } from './diagnostic.ts';
import type { Problems } from './problems.ts';
import type { MapEntry, Source } from './source.ts';

/** Gathers the entries of one map while it is read, and tells of keys that cannot stay. */
export class MapEntries {
  readonly #problems: Problems;
  readonly #entries = new Map<string, MapEntry>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  add(key: string, at: number, value: Source): void {
    const first = this.#entries.get(key);
    if (first !== undefined) {
      const line = this.#problems.lineAt(first.at);
      const message = `the key ${quoted(key)} appears twice in this map (first at line ${line})`;
      this.#problems.error(at, message, 'remove or rename one of them');
    } else if (key === '__proto__') {
      // As a key of a JavaScript object it would not be a key but set the object's prototype.
      this.#problems.error(at, 'the key "__proto__" is refused', 'choose another name');
    } else this.#entries.set(key, { key, at, value });
  }

  /** Entries that come from elsewhere (`<<`) and yield to those that stand here. */
  addMissing(entries: readonly MapEntry[]): void {
    for (const entry of entries) if (!this.#entries.has(entry.key)) this.#entries.set(entry.key, entry);
  }

  list(): MapEntry[] {
    return [...this.#entries.values()];
  }
}
