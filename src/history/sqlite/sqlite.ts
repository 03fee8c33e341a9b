import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../../model/coded-error.ts';
import { BUSY_TIMEOUT_MS, enterWal, pragma, primaryCode, sqlite, transaction } from '../../sqlite/sqlite.ts';
import { upsertText } from '../port/sql.ts';
import type { Database, Row, Statement, Table, Write } from '../port/sql.ts';

/** Marks a file as a history: the bytes `dagh`. */
const APPLICATION_ID = 0x64616768;
const STATEMENTS_KEPT = 64;

/**
 * Opens the file at `path`, or makes it, and its folder. What is written survives the end of the process; after a power cut the newest
 * transactions may be missing, each as a whole. Every call blocks this thread while SQLite works.
 * Errors: `history_damaged`, `history_down`.
 */
export function openSqlite(path: string): Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // What commands printed and failed with stands in it. SQLite gives its other files the same mode.
    closeSync(openSync(path, 'a', 0o600));
    return new SqliteDatabase(path);
  } catch (error) {
    throw problemOf(error, path);
  }
}

class SqliteDatabase implements Database {
  readonly kind = 'sqlite';
  readonly textType = 'TEXT';
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.#path = path;
    this.#db = new sqlite.DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      this.#db.exec('PRAGMA trusted_schema = OFF');
      const id = pragma(this.#db, 'application_id');
      const tables = this.#db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'];
      if (id !== APPLICATION_ID && tables !== 0) throw damaged(path, 'is not a history of dagtop');
      enterWal(this.#db);
      this.#db.exec('PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864');
      if (id !== APPLICATION_ID) this.#db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  hasTable(name: string): Promise<boolean> {
    return this.#attempt(
      () =>
        this.#prepared("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !==
        undefined,
    );
  }

  rows({ text, cells }: Statement): Promise<readonly Row[]> {
    return this.#attempt(() => this.#prepared(text).all(...cells) as Row[]);
  }

  write(guard: Statement, writes: readonly Write[]): Promise<boolean> {
    return this.#attempt(() =>
      transaction(this.#db, () => {
        if (this.#prepared(guard.text).run(...guard.cells).changes !== 1) return false;
        for (const write of writes) this.#do(write);
        return true;
      }),
    );
  }

  define(texts: readonly string[]): Promise<void> {
    return this.#attempt(() =>
      transaction(this.#db, () => {
        for (const text of texts) this.#db.exec(text);
      }),
    );
  }

  /** Transactions of SQLite are alone anyway. */
  alone(work: () => Promise<void>): Promise<void> {
    return work();
  }

  close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
    return Promise.resolve();
  }

  #do(write: Write): void {
    switch (write.do) {
      case 'run':
        this.#prepared(write.statement.text).run(...write.statement.cells);
        return;
      case 'put':
        return this.#put(write.table, write.rows);
      case 'drop': {
        const drop = this.#prepared(`DELETE FROM ${write.table.name} WHERE ${write.column} = ?`);
        for (const key of write.keys) drop.run(key);
      }
    }
  }

  #put(table: Table, rows: readonly (readonly Statement['cells'][number][])[]): void {
    const values = `VALUES (${table.columns.map(() => '?').join(', ')})`;
    const insert = this.#prepared(upsertText(table, values));
    for (const row of rows) insert.run(...row);
  }

  #prepared(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear();
    const prepared = this.#db.prepare(text);
    this.#statements.set(text, prepared);
    return prepared;
  }

  async #attempt<Result>(work: () => Result): Promise<Result> {
    try {
      return work();
    } catch (error) {
      throw problemOf(error, this.#path);
    }
  }
}

function problemOf(error: unknown, path: string): unknown {
  const told = error instanceof Error ? error.message : String(error);
  const code = primaryCode(error);
  switch (code) {
    case undefined:
      return error instanceof Error && 'syscall' in error
        ? new CodedError('history_down', `cannot make ${path}: ${told}`, { cause: error })
        : error;
    case 11:
    case 18:
    case 26:
      return damaged(path, `is damaged: ${told}`, error);
    case 5:
    case 6:
      return new CodedError('history_down', `${path} stayed locked by another process: ${told}`, {
        hint: 'look for a process that holds the file open (a backup, a sqlite3 shell, a stopped dagtop)',
        cause: error,
      });
    case 3:
    case 8:
    case 10:
    case 13:
    case 14:
      return new CodedError('history_down', `cannot read or write ${path}: ${told}`, {
        hint: 'check the disk, and that the folder belongs to the user that runs dagtop',
        cause: error,
      });
    default:
      return error;
  }
}

function damaged(path: string, what: string, cause?: unknown): CodedError {
  return new CodedError('history_damaged', `${path} ${what}`, {
    hint: 'move the file away (keep it); dagtop makes it anew from the event log',
    cause,
  });
}
