import type * as nodeSqlite from 'node:sqlite';
import { CodedError } from '../../model/coded-error.ts';

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
/** Marks a file as ours: the bytes `dagt`. */
const APPLICATION_ID = 0x64616774;
const SCHEMA_VERSION = 1;

/** What survives: `full` the machine's death, `normal` the process's (and never corrupts), `off` the process's only. */
export type Durability = 'full' | 'normal' | 'off';

/**
 * Opens (and at first creates, with `schema`) one database in WAL mode. Safe to call from several processes at once.
 * Errors: `log_damaged`, `log_too_new`, `disk_full`, `disk_failed`, `folder_not_usable`, `broker_busy`.
 */
export function openDatabase(path: string, durability: Durability, schema: string): nodeSqlite.DatabaseSync {
  let db: nodeSqlite.DatabaseSync | undefined;
  try {
    db = new sqlite.DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, limits: { length: 4 * 1024 * 1024 } });
    db.exec('PRAGMA trusted_schema = OFF');
    enterWal(db);
    db.exec(`PRAGMA synchronous = ${durability}; PRAGMA journal_size_limit = 67108864`);
    createSchema(db, path, schema);
    return db;
  } catch (error) {
    db?.close();
    throw sqliteProblem(error, path);
  }
}

/** The change into WAL needs the file for itself and ignores the busy timeout, so that processes that start together collide. */
function enterWal(db: nodeSqlite.DatabaseSync): void {
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

function createSchema(db: nodeSqlite.DatabaseSync, path: string, schema: string): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID) {
    transaction(db, () => {
      if (pragma(db, 'application_id') === APPLICATION_ID) return;
      const foreign = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get();
      if (foreign?.['tables'] !== 0) throw damaged(path, 'is not a file of dagtop');
      db.exec(
        `${schema}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`,
      );
    });
  }
  const version = pragma(db, 'user_version');
  if (version !== SCHEMA_VERSION) {
    throw new CodedError(
      'log_too_new',
      `${path} has format ${String(version)}; this dagtop knows ${SCHEMA_VERSION}`,
      {
        hint: 'use the newer dagtop that wrote it, or another folder',
      },
    );
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
function primaryCode(error: unknown): number | undefined {
  const code: unknown = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Says in the user's words what SQLite reports about the file at `path`; other errors pass. */
export function sqliteProblem(error: unknown, path: string): unknown {
  const told = error instanceof Error ? error.message : String(error);
  switch (primaryCode(error)) {
    case undefined:
      return error;
    case 5:
    case 6:
      return new CodedError('broker_busy', `${path} stayed locked by another process: ${told}`, {
        hint: 'look for a process that holds the file open (a backup, a sqlite3 shell, a stopped dagtop)',
        cause: error,
      });
    case 11:
    case 18:
    case 26:
      return damaged(path, `is damaged: ${told}`, error);
    case 13:
      return new CodedError('disk_full', `the disk of ${path} is full`, {
        hint: 'free some space; dagtop tries again by itself',
        cause: error,
      });
    case 3:
    case 8:
    case 14:
      return new CodedError('folder_not_usable', `cannot open or write ${path}: ${told}`, {
        hint: 'check that the folder exists and belongs to the user that runs dagtop',
        cause: error,
      });
    default:
      return new CodedError('disk_failed', `reading or writing ${path} failed: ${told}`, {
        hint: 'check the disk and its file system (dmesg)',
        cause: error,
      });
  }
}

export function damaged(path: string, what: string, cause?: unknown): CodedError {
  return new CodedError('log_damaged', `${path} ${what}`, {
    hint: 'stop every dagtop on this folder, then move the folder away (keep it) or put a backup in its place',
    cause,
  });
}

/** Blocks this thread; for the moments in which SQLite itself would. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
