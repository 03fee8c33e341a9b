import type * as nodeSqlite from 'node:sqlite';
import { CodedError } from '../../model/coded-error.ts';
import { BUSY_TIMEOUT_MS, enterWal, pragma, primaryCode, sqlite, transaction } from '../../sqlite/sqlite.ts';

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
