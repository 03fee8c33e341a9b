import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CodedError } from '../../model/coded-error.ts';
import type { AttemptKey } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { Finished, Journal } from '../ports.ts';
import { readBootId } from '../process/process-file.ts';
import { JournalFile } from './journal-file.ts';
import { journalLine, readJournalLine } from './journal-lines.ts';
import type { JournalEntry } from './journal-lines.ts';
import { takeLock } from './lock.ts';
import type { Lock } from './lock.ts';

/** Times in milliseconds; bounds of `limits` as a rule. */
export type JournalBounds = {
  readonly confirmedMax: number;
  readonly confirmedMs: number;
  readonly rewriteAboveBytes: number;
};

const DEFAULT_BOUNDS: JournalBounds = {
  confirmedMax: limits.journalConfirmedMax,
  confirmedMs: limits.journalConfirmedMs,
  rewriteAboveBytes: limits.journalRewriteAboveBytes,
};

/**
 * Opens the journal in `folder`, which it locks against other agents. Known attempts are kept in memory: those that the log has for
 * `confirmedMs` (over a day), up to `confirmedMax` of them. Errors: `folder_locked`, `data_folder_not_usable`.
 */
export async function openJournal(folder: string, bounds: JournalBounds = DEFAULT_BOUNDS): Promise<Journal> {
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const lock = takeLock(path);
    try {
      const journal = new DiskJournal(await JournalFile.open(join(path, 'journal')), lock, bounds);
      await journal.load();
      return journal;
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('data_folder_not_usable', `can't use the journal in ${path}: ${String(error)}`, {
      hint: 'check who owns the folder and whether its disk is full, or name another one',
      cause: error,
    });
  }
}

class DiskJournal implements Journal {
  readonly #file: JournalFile;
  readonly #lock: Lock;
  readonly #bounds: JournalBounds;
  /** Open ones by their key's text, and what they ended with. */
  readonly #open = new Map<string, { readonly key: AttemptKey; readonly result: Finished | undefined }>();
  /** Those that the log has, in the order of their confirmation: the time of it. */
  readonly #confirmed = new Map<string, number>();
  #named: Extract<JournalEntry, { is: 'named' }> = { is: 'named', id: '', boot: '' };
  #rewriteAboveBytes: number;
  #isRewriting = false;

  constructor(file: JournalFile, lock: Lock, bounds: JournalBounds) {
    this.#file = file;
    this.#lock = lock;
    this.#bounds = bounds;
    this.#rewriteAboveBytes = bounds.rewriteAboveBytes;
  }

  async load(): Promise<void> {
    for await (const line of this.#file.read()) {
      const entry = readJournalLine(line);
      if (entry !== undefined) this.#take(entry);
    }
    this.#forget();
    // What the kernel had not yet put on the disk is lost with a power cut: after a reboot this journal does not know all.
    const boot = readBootId();
    if (this.#named.id === '' || this.#named.boot !== boot) {
      this.#named = { is: 'named', id: randomUUID(), boot };
      await this.#append([this.#named]);
    }
    this.#rewriteWhenLarge();
  }

  get id(): string {
    return this.#named.id;
  }

  async recover(): Promise<{
    readonly begun: readonly AttemptKey[];
    readonly finished: readonly Finished[];
  }> {
    const open = [...this.#open.values()];
    return {
      begun: open.filter(({ result }) => result === undefined).map(({ key }) => key),
      finished: open.flatMap(({ result }) => (result === undefined ? [] : [result])),
    };
  }

  async begin(keys: readonly AttemptKey[]): Promise<readonly AttemptKey[]> {
    const fresh = keys.filter((key) => {
      if (this.#isKnown(key)) return false;
      this.#take({ is: 'begun', key });
      return true;
    });
    try {
      // Also when none is new: a copy must not be acknowledged before the first one is written.
      await this.#append(fresh.map((key) => ({ is: 'begun', key })));
    } catch (error) {
      for (const key of fresh) this.#open.delete(textOf(key));
      throw error;
    }
    return fresh;
  }

  async finish(results: readonly Finished[]): Promise<void> {
    const entries = results.map((result) => ({ is: 'finished', result }) as const);
    for (const entry of entries) this.#take(entry);
    await this.#append(entries);
  }

  async confirm(keys: readonly AttemptKey[]): Promise<void> {
    const atMs = Date.now();
    const entries = keys.map((key) => ({ is: 'confirmed', key, atMs }) as const);
    for (const entry of entries) this.#take(entry);
    this.#forget();
    await this.#append(entries);
  }

  async close(): Promise<void> {
    await this.#file.close();
    this.#lock.release();
  }

  #isKnown(key: AttemptKey): boolean {
    const text = textOf(key);
    return this.#open.has(text) || this.#confirmed.has(text);
  }

  #take(entry: JournalEntry): void {
    if (entry.is === 'named') {
      this.#named = entry;
      return;
    }
    const key = entry.is === 'finished' ? entry.result : entry.key;
    const text = textOf(key);
    if (entry.is === 'confirmed') {
      this.#open.delete(text);
      this.#confirmed.delete(text);
      this.#confirmed.set(text, entry.atMs);
    } else if (entry.is === 'finished') {
      if (!this.#confirmed.has(text)) this.#open.set(text, { key: keyOf(key), result: entry.result });
    } else if (!this.#isKnown(key)) this.#open.set(text, { key: keyOf(key), result: undefined });
  }

  async #append(entries: readonly JournalEntry[]): Promise<void> {
    await this.#file.append(entries.map(journalLine));
    this.#rewriteWhenLarge();
  }

  /** Lets go of attempts that were confirmed long ago, and of the oldest when they are too many. */
  #forget(): void {
    const oldestMs = Date.now() - this.#bounds.confirmedMs;
    for (const [text, atMs] of this.#confirmed) {
      if (atMs >= oldestMs && this.#confirmed.size <= this.#bounds.confirmedMax) break;
      this.#confirmed.delete(text);
    }
  }

  /** Rewrites at twice the size that was left the last time, so that the work per entry stays constant. */
  #rewriteWhenLarge(): void {
    if (this.#isRewriting || this.#file.bytes < this.#rewriteAboveBytes) return;
    this.#isRewriting = true;
    const settle = (): void => {
      this.#isRewriting = false;
      this.#rewriteAboveBytes = Math.max(this.#bounds.rewriteAboveBytes, 2 * this.#file.bytes);
    };
    // When it fails (a full disk), the old file is still in force.
    this.#file.rewrite(this.#lines()).then(settle, settle);
  }

  *#lines(): Iterable<string> {
    yield journalLine(this.#named);
    for (const [text, atMs] of this.#confirmed) {
      const [run, node, attempt] = JSON.parse(text) as [AttemptKey['run'], AttemptKey['node'], number];
      yield journalLine({ is: 'confirmed', key: { run, node, attempt }, atMs });
    }
    for (const { key, result } of this.#open.values())
      yield journalLine(result === undefined ? { is: 'begun', key } : { is: 'finished', result });
  }
}

function keyOf({ run, node, attempt }: AttemptKey): AttemptKey {
  return { run, node, attempt };
}

function textOf({ run, node, attempt }: AttemptKey): string {
  return JSON.stringify([run, node, attempt]);
}
