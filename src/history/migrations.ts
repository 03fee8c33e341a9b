import { CodedError } from '../model/coded-error.ts';
import { run, statement } from './port/sql.ts';
import type { Database } from './port/sql.ts';

/** Makes the next version of the tables; `text` is the type of a column of text. */
type Migration = (text: string) => readonly string[];

/**
 * What leads from each version to the next, from an empty database on. One that was released is never changed; add another at the end. The
 * tables that come of it must be those of `tables.ts`.
 */
const MIGRATIONS: readonly Migration[] = [
  (text) => [
    `CREATE TABLE progress (
      id INTEGER PRIMARY KEY CHECK (id = 1), log ${text} NOT NULL, position BIGINT NOT NULL)`,
    `CREATE TABLE versions (
      hash_key ${text} PRIMARY KEY, hash ${text} NOT NULL, dag ${text} NOT NULL, body ${text} NOT NULL,
      position BIGINT NOT NULL, applied_ms BIGINT NOT NULL, author ${text} NOT NULL)`,
    `CREATE TABLE dags (
      dag ${text} PRIMARY KEY, hash_key ${text}, position BIGINT NOT NULL, changed_ms BIGINT NOT NULL)`,
    `CREATE TABLE placements (
      position BIGINT NOT NULL, idx INTEGER NOT NULL, at_ms BIGINT NOT NULL, author ${text} NOT NULL,
      body ${text} NOT NULL, PRIMARY KEY (position, idx))`,
    `CREATE TABLE commands (
      position BIGINT NOT NULL, idx INTEGER NOT NULL, at_ms BIGINT NOT NULL, author ${text} NOT NULL,
      action ${text} NOT NULL, dag ${text}, run ${text}, node ${text}, server ${text}, detail ${text}, refusal ${text},
      PRIMARY KEY (position, idx))`,
    `CREATE TABLE runs (
      run ${text} PRIMARY KEY, dag ${text} NOT NULL, hash_key ${text} NOT NULL, state ${text} NOT NULL,
      triggered_ms BIGINT NOT NULL, ended_ms BIGINT, author ${text} NOT NULL, params ${text} NOT NULL,
      nodes INTEGER NOT NULL, ended INTEGER NOT NULL, succeeded INTEGER NOT NULL, failed INTEGER NOT NULL,
      error ${text}, searched ${text} NOT NULL, detail ${text})`,
    'CREATE INDEX runs_by_time ON runs (triggered_ms, run)',
    'CREATE INDEX runs_by_dag ON runs (dag, triggered_ms, run)',
    `CREATE TABLE attempts (
      run ${text} NOT NULL, node ${text} NOT NULL, attempt BIGINT NOT NULL, server ${text} NOT NULL,
      incarnation ${text} NOT NULL, epoch BIGINT NOT NULL, position BIGINT NOT NULL, dispatched_ms BIGINT NOT NULL,
      started_ms BIGINT, finished_ms BIGINT, outcome ${text}, error ${text}, exit_code BIGINT, signal ${text},
      output ${text}, stdout_bytes BIGINT, stderr_bytes BIGINT, dropped_bytes BIGINT, tail ${text},
      late ${text} NOT NULL, PRIMARY KEY (run, node, attempt))`,
  ],
  // The events of runs, the audit by run, and what was trimmed from the log before it was recorded.
  (text) => [
    `CREATE TABLE events (
      run ${text} NOT NULL, position BIGINT NOT NULL, idx INTEGER NOT NULL, body ${text} NOT NULL,
      PRIMARY KEY (run, position, idx))`,
    'CREATE INDEX commands_by_run ON commands (run, position, idx)',
    'CREATE TABLE gaps (position BIGINT PRIMARY KEY, upto BIGINT NOT NULL)',
  ],
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the tables to version `to`, one version at a time, each in a transaction. Error: `history_too_new`. */
export async function migrate(database: Database, to = SCHEMA_VERSION): Promise<void> {
  // Most find them as they should be, and need no right to make any.
  if ((await versionOf(database)) === to) return;
  await database.alone(async () => {
    await database.define([
      'CREATE TABLE IF NOT EXISTS schema_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL)',
      'INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING',
    ]);
    for (;;) {
      const version = (await versionOf(database)) ?? 0;
      if (version > to) throw tooNew(version, to);
      const migration = MIGRATIONS[version];
      if (version === to || migration === undefined) return;
      const guard = statement(
        'UPDATE schema_version SET version = ? WHERE version = ?',
        version + 1,
        version,
      );
      // When another process was faster, the next round finds that.
      await database.write(
        guard,
        migration(database.textType).map((text) => run(text)),
      );
    }
  });
}

/** Undefined when there are no tables yet. */
async function versionOf(database: Database): Promise<number | undefined> {
  if (!(await database.hasTable('schema_version'))) return undefined;
  const [row] = await database.rows(statement('SELECT version FROM schema_version'));
  return Number(row?.['version'] ?? 0);
}

function tooNew(version: number, known: number): CodedError {
  return new CodedError(
    'history_too_new',
    `the history has version ${version}; this dagtop knows ${known} at most`,
    { hint: 'use the newer dagtop that wrote it, or another database: --history' },
  );
}
