import type * as nodeSqlite from 'node:sqlite';

/** Loads SQLite without the one warning that Node versions before 24.15 print about it. */
function loadSqlite(): typeof nodeSqlite {
  const { emitWarning } = process;
  // Only while the module loads, and loading is synchronous: no other warning can be lost.
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

export const sqlite = loadSqlite();

/** How long a statement waits for another process's lock before it fails. */
export const BUSY_TIMEOUT_MS = 10_000;
/** The change into WAL needs the file for itself and ignores the busy timeout, so that processes that start together collide. */
export function enterWal(db: nodeSqlite.DatabaseSync): void {
  for (let tries = 100; ; tries -= 1) {
    try {
      if (pragma(db, 'journal_mode') === 'wal') return;
      db.exec('PRAGMA journal_mode = WAL');
    } catch (error) {
      if (!isBusy(error) || tries === 0) throw error;
      sleep(20);
    }
  }
}

export function pragma(db: nodeSqlite.DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

/** Runs `work` in one transaction that takes the write lock first; rolls back when it throws. Blocks this thread meanwhile. */
export function transaction<Result>(db: nodeSqlite.DatabaseSync, work: () => Result): Result {
  begin(db);
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors have rolled back already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Waits for the write lock in steps that suit how long it is held here, well below a millisecond. SQLite's own steps grow fast (1, 2, 5,
 * 10 … 100 ms), and who has waited long loses to who comes fresh.
 */
function begin(db: nodeSqlite.DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 0');
  try {
    for (const startMs = performance.now(); ; sleep(0.1 + Math.random() * 0.4)) {
      try {
        return db.exec('BEGIN IMMEDIATE');
      } catch (error) {
        if (!isBusy(error) || performance.now() - startMs > BUSY_TIMEOUT_MS) throw error;
      }
    }
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

export function isBusy(error: unknown): boolean {
  return [5, 6].includes(primaryCode(error) ?? 0);
}

/** SQLite's primary result code; undefined when `error` is not SQLite's. */
export function primaryCode(error: unknown): number | undefined {
  const code: unknown = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Blocks this thread; for the moments in which SQLite itself would. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
