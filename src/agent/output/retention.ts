import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../model/limits.ts';

type Kept = { readonly bytes: number; readonly endedMs: number };
export type RetentionBounds = {
  readonly attempts: number;
  readonly bytes: number;
  readonly ageMs: number;
};

const DEFAULT_BOUNDS: RetentionBounds = {
  attempts: limits.keptAttemptsMax,
  bytes: limits.keptOutputMaxBytes,
  ageMs: limits.keptOutputMaxMs,
};

/** Removes the output of attempts that ended longest ago, when it is too much or too old. Runs behind the work, one folder at a time. */
export class Retention {
  readonly #folder: string;
  readonly #bounds: RetentionBounds;
  /** In the order in which they ended. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #pruning: Promise<void> | undefined;

  constructor(folder: string, bounds: RetentionBounds = DEFAULT_BOUNDS) {
    this.#folder = folder;
    this.#bounds = bounds;
  }

  /** Takes up what earlier agents left, all of which has ended. */
  async takeUp(names: readonly string[]): Promise<void> {
    const found: (Kept & { name: string })[] = [];
    for (const name of names) {
      const facts = await stat(join(this.#folder, name)).catch(() => undefined);
      if (facts === undefined) continue;
      found.push({ name, bytes: await this.#sizeOf(name), endedMs: facts.mtimeMs });
    }
    const newer = [...this.#kept];
    this.#kept.clear();
    this.#bytes = 0;
    for (const { name, ...kept } of found.sort((one, other) => one.endedMs - other.endedMs))
      this.#put(name, kept);
    for (const [name, kept] of newer) this.#put(name, kept);
    this.prune();
  }

  /** `bytes` of output of an attempt that has ended are in its folder. */
  add(name: string, bytes: number): void {
    this.#put(name, { bytes, endedMs: Date.now() });
    this.prune();
  }

  prune(): void {
    if (this.#isOver()) this.#pruning ??= this.#prune();
  }

  async close(): Promise<void> {
    await this.#pruning;
  }

  #put(name: string, kept: Kept): void {
    this.#bytes += kept.bytes - (this.#kept.get(name)?.bytes ?? 0);
    this.#kept.delete(name);
    this.#kept.set(name, kept);
  }

  #isOver(): boolean {
    const [oldest] = this.#kept.values();
    if (oldest === undefined) return false;
    if (this.#kept.size > this.#bounds.attempts || this.#bytes > this.#bounds.bytes) return true;
    return Date.now() - oldest.endedMs > this.#bounds.ageMs;
  }

  async #prune(): Promise<void> {
    while (this.#isOver()) {
      const [oldest] = this.#kept;
      if (oldest === undefined) break;
      const [name, { bytes }] = oldest;
      this.#kept.delete(name);
      this.#bytes -= bytes;
      // What can't be removed now is taken up at the next start.
      await rm(join(this.#folder, name), { recursive: true, force: true }).catch(() => undefined);
    }
    this.#pruning = undefined;
  }

  async #sizeOf(name: string): Promise<number> {
    const files = await readdir(join(this.#folder, name)).catch(() => []);
    let bytes = 0;
    for (const file of files)
      bytes += (await stat(join(this.#folder, name, file)).catch(() => undefined))?.size ?? 0;
    return bytes;
  }
}
