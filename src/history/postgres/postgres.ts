import pg from 'pg';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { tlsProblem } from '../../broker/port/tls-problem.ts';
import { CodedError } from '../../model/coded-error.ts';
import { statement, upsertText } from '../port/sql.ts';
import type { Cell, Database, Row, Statement, Table, Write } from '../port/sql.ts';
import { readPostgresUrl } from './address.ts';
import type { PostgresAddress } from './address.ts';

const CONNECT_MAX_MS = 10_000;
const CONNECTIONS_MAX = 4;
/** What a statement may take; those of the recorder take milliseconds, figures of very many runs some seconds. */
const STATEMENT_MAX_MS = 120_000;
/** Of the lock that who makes tables holds. */
const LOCK_ID = 0x64616768;

/** Opens the database that `text` names, and makes the schema in it. Errors: `bad_history_url`, `history_refused`, `history_down`. */
export async function openPostgres(text: string): Promise<Database> {
  const address = readPostgresUrl(text);
  const database = new PostgresDatabase(address);
  try {
    await database.makeSchema();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

class PostgresDatabase implements Database {
  readonly kind = 'postgres';
  readonly textType = 'TEXT COLLATE "C"';
  readonly #address: PostgresAddress;
  readonly #pool: Pool;
  #closed: Promise<void> | undefined;

  constructor(address: PostgresAddress) {
    this.#address = address;
    this.#pool = new pg.Pool(configOf(address));
    // A connection that breaks while nobody uses it: the next use makes another.
    this.#pool.on('error', () => undefined);
  }

  async makeSchema(): Promise<void> {
    const { schema } = this.#address;
    const found = await this.rows(statement('SELECT 1 FROM pg_namespace WHERE nspname = ?', schema));
    if (found.length === 0) await this.alone(() => this.define([`CREATE SCHEMA IF NOT EXISTS ${schema}`]));
  }

  async hasTable(name: string): Promise<boolean> {
    const text = 'SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = ?';
    return (await this.rows(statement(text, this.#address.schema, name))).length > 0;
  }

  rows({ text, cells }: Statement): Promise<readonly Row[]> {
    return this.#with(async (client) => (await client.query<Row>(numbered(text), [...cells])).rows);
  }

  write(guard: Statement, writes: readonly Write[]): Promise<boolean> {
    return this.#transaction(async (client) => {
      const { rowCount } = await client.query(numbered(guard.text), [...guard.cells]);
      if (rowCount !== 1) return false;
      for (const write of writes) await perform(client, write);
      return true;
    });
  }

  async define(texts: readonly string[]): Promise<void> {
    await this.#transaction(async (client) => {
      for (const text of texts) await client.query(text);
      return true;
    });
  }

  alone(work: () => Promise<void>): Promise<void> {
    return this.#with(async (client) => {
      await client.query('SELECT pg_advisory_lock($1)', [LOCK_ID]);
      try {
        await work();
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [LOCK_ID]);
      }
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#pool.end().catch(() => undefined);
    return this.#closed;
  }

  #transaction(work: (client: PoolClient) => Promise<boolean>): Promise<boolean> {
    return this.#with(async (client) => {
      await client.query('BEGIN');
      const isDone = await work(client);
      await client.query(isDone ? 'COMMIT' : 'ROLLBACK');
      return isDone;
    });
  }

  /** A connection on which something failed is given up: with it goes what it had begun. */
  async #with<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    let client: PoolClient | undefined;
    // A connection that breaks between two statements says so by an event, which nobody may miss.
    const onError = (): undefined => undefined;
    try {
      client = await this.#pool.connect();
      client.on('error', onError);
      const result = await work(client);
      client.off('error', onError);
      client.release();
      return result;
    } catch (error) {
      client?.release(true);
      throw problemOf(error, this.#address);
    }
  }
}

function configOf({ host, port, database, user, password, tls, schema }: PostgresAddress): PoolConfig {
  return {
    host,
    port,
    database,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    // Whose certificate it must be, the client says by itself: a server's name may not be an address.
    ssl: tls ?? false,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MAX_MS,
    query_timeout: STATEMENT_MAX_MS,
    keepAlive: true,
    application_name: 'dagtop',
    options: `-c search_path=${schema} -c statement_timeout=${STATEMENT_MAX_MS}`,
    types: {
      getTypeParser: ((...asked: Parameters<typeof pg.types.getTypeParser>) =>
        asked[0] === pg.types.builtins.INT8
          ? Number
          : pg.types.getTypeParser(...asked)) as typeof pg.types.getTypeParser,
    },
    allowExitOnIdle: true,
  };
}

async function perform(client: PoolClient, write: Write): Promise<void> {
  switch (write.do) {
    case 'run':
      await client.query(numbered(write.statement.text), [...write.statement.cells]);
      return;
    case 'put':
      return put(client, write.table, write.rows);
    case 'drop': {
      const text = `DELETE FROM ${write.table.name} WHERE ${write.column} = ANY($1::text[])`;
      await client.query(text, [[...write.keys]]);
    }
  }
}

/** One statement however many rows there are: a list for each column. */
async function put(client: PoolClient, table: Table, rows: readonly (readonly Cell[])[]): Promise<void> {
  const lists = table.columns.map((_, at) => rows.map((row) => row[at] ?? null));
  const types = table.columns.map(({ is }, at) => `$${at + 1}::${is === 'text' ? 'text' : 'bigint'}[]`);
  const text = upsertText(table, `SELECT * FROM unnest(${types.join(', ')})`);
  await client.query({ name: `put-${table.name}`, text, values: lists });
}

function numbered(text: string): string {
  let count = 0;
  return text.replaceAll('?', () => `$${(count += 1)}`);
}

/** Classes of SQLSTATE that say what is wrong with the login, the rights or the settings, where trying again helps nobody. */
const REFUSED = /^(?:28|3D|42501|0P)/;
/** Of errors of ours: a statement or a value that PostgreSQL does not take. */
const MISTAKES = /^(?:22|23|26|42)/;

function problemOf(error: unknown, { host, port, database, tls }: PostgresAddress): unknown {
  if (error instanceof CodedError) return error;
  const told = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const where = `PostgreSQL at ${host}:${port}, database ${database}`;
  const refused = (what: string, hint: string): CodedError =>
    new CodedError('history_refused', `${where}: ${what}`, { hint, cause: error });
  if (REFUSED.test(code))
    return refused(told, 'check user, password, rights, and the certificates that the URL names');
  const ofTls = isOfTls(code, told) ? tlsProblem(`${code} ${told}`, 'postgres', tls) : undefined;
  if (ofTls !== undefined) return refused(ofTls.what, ofTls.hint);
  if (MISTAKES.test(code)) return error;
  return new CodedError('history_down', `${where} does not answer: ${told || code}`, { cause: error });
}

function isOfTls(code: string, told: string): boolean {
  return (
    /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL/.test(code) || told.includes('does not support SSL')
  );
}
