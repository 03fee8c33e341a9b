import { CodedError } from '../model/coded-error.ts';
import type { Position } from '../model/ids.ts';
import type { Recorded } from './port/history.ts';
import { run, statement } from './port/sql.ts';
import type { Database, Write } from './port/sql.ts';
import { pruningWrites } from './retention.ts';
import type { Retention } from './retention.ts';
import { tables } from './tables.ts';

/** What the recorder writes through. All but `close` reject as the database does. */
export class HistoryStore {
  readonly #database: Database;

  /** `database` has the tables of this version. */
  constructor(database: Database) {
    this.#database = database;
  }

  async recorded(): Promise<Recorded | undefined> {
    const [row] = await this.#database.rows(statement('SELECT log, position FROM progress'));
    return row === undefined
      ? undefined
      : { log: String(row['log']), position: Number(row['position']) as Position };
  }

  /** Makes this the history of `log`, unless it is one already, of whichever; then says of which, and how much of it is recorded. */
  async begin(log: string): Promise<Recorded> {
    const text = 'INSERT INTO progress (id, log, position) VALUES (1, ?, 0) ON CONFLICT (id) DO NOTHING';
    await this.#database.rows(statement(text, log));
    const recorded = await this.recorded();
    if (recorded === undefined) throw regressed();
    return recorded;
  }

  /**
   * Writes what happened from `from` to `to` together with the new position, when `from` is where the history stands; else nothing, and false.
   * After a rejection it may be written or not: `recorded` tells.
   */
  write(log: string, from: Position, to: Position, writes: readonly Write[]): Promise<boolean> {
    const text = 'UPDATE progress SET position = ? WHERE log = ? AND position = ?';
    return this.#database.write(statement(text, to, log, from), writes);
  }

  /** Drops what `retention` does not keep. Whoever writes at the same time comes before or after. */
  async prune(retention: Retention, nowMs: number): Promise<void> {
    const writes = pruningWrites(retention, nowMs);
    if (writes.length > 0)
      await this.#database.write(statement('UPDATE progress SET position = position'), writes);
  }

  /** Forgets everything, for a recorder that begins anew with `log`. */
  async wipe(log: string): Promise<void> {
    await this.begin(log);
    await this.#database.write(
      statement('UPDATE progress SET log = ?, position = 0', log),
      Object.values(tables).map(({ name }) => run(`DELETE FROM ${name}`)),
    );
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** It was emptied, or an older copy of it was put in its place, while somebody wrote it. */
export function regressed(): CodedError {
  return new CodedError('history_regressed', 'the history has lost what was written to it', {
    hint: 'start the recorder again: it goes on where the history ends',
  });
}
