import { CodedError } from '../model/coded-error.ts';
import { migrate } from './migrations.ts';
import type { HistoryReader } from './port/history.ts';
import type { Database } from './port/sql.ts';
import { SqlHistory } from './reader.ts';
import { HistoryStore } from './store.ts';

/** Where the history is, unless somebody says else. */
export const DEFAULT_HISTORY = 'sqlite:.dagtop/history.db';

/** Opens the history that `url` names for reading. Errors: `bad_history_url`, `history_too_new`, `no_history`, and what the database says. */
export async function openHistory(url: string): Promise<HistoryReader> {
  return new SqlHistory(await openDatabase(url));
}

/** The same for a process that has other things to do meanwhile: SQLite, which blocks whoever asks it, is asked in a thread. */
export async function openServedHistory(url: string): Promise<HistoryReader> {
  return new SqlHistory(await openDatabase(url, 'thread'));
}

/** The same for a recorder; an SQLite file and the tables are made where they are not there. */
export async function openStore(url: string): Promise<HistoryStore> {
  return new HistoryStore(await openDatabase(url));
}

/** With the tables of this version. */
export async function openDatabase(url: string, where?: 'thread'): Promise<Database> {
  const database = await openKind(url, where);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openKind(url: string, where: 'thread' | undefined): Promise<Database> {
  const [, scheme, rest = ''] = /^([a-z+]+):(.*)$/s.exec(url) ?? [];
  switch (scheme) {
    case 'sqlite': {
      if (rest === '') throw badUrl();
      if (where === 'thread') return (await import('./sqlite/threaded.ts')).openSqliteThread(rest);
      return (await import('./sqlite/sqlite.ts')).openSqlite(rest);
    }
    case 'postgres':
    case 'postgresql': {
      const { openPostgres } = await import('./postgres/postgres.ts');
      return openPostgres(url);
    }
    case undefined:
    default:
      throw badUrl();
  }
}

/** A URL may hold a password, so it is not repeated. */
function badUrl(): CodedError {
  return new CodedError('bad_history_url', 'the URL of the history names no database that dagtop knows', {
    hint: `write '${DEFAULT_HISTORY}' or 'postgres://USER@HOST/DATABASE?password-file=FILE'`,
  });
}
