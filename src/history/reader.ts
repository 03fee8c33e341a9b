import { compileDag } from '../engine/definition.ts';
import type { Dag } from '../model/dag.ts';
import type { LogEvent } from '../model/event.ts';
import type { DagHash, DagName, NodeName, Position, RunId, ServerName } from '../model/ids.ts';
import type { Run } from '../model/state.ts';
import { Conditions, likeCell } from './conditions.ts';
import { jsonOf, maybeTextOf, textCell, textOf, wholeOf } from './cells.ts';
import type {
  AuditAction,
  AuditQuery,
  AuditRecord,
  EventCursor,
  HistoryReader,
  HistoryStats,
  Page,
  Recorded,
  RecordedEvent,
  StatsQuery,
} from './port/history.ts';
import type { RunCursor, RunQuery, RunSummary } from './port/run-summary.ts';
import { statement } from './port/sql.ts';
import type { Database, Row } from './port/sql.ts';
import { runOf, summaryOf } from './run-rows.ts';
import { readStats } from './stats.ts';
import { HistoryStore } from './store.ts';

/** Reads what recorders have written. */
export class SqlHistory implements HistoryReader {
  readonly #database: Database;

  /** `database` has the tables of this version. */
  constructor(database: Database) {
    this.#database = database;
  }

  async runs(query: RunQuery): Promise<Page<RunSummary, RunCursor>> {
    const where = new Conditions()
      .when(query.dag, (dag) => ['dag = ?', textCell(dag)])
      .whenAny(query.states, 'state')
      .when(query.sinceMs, (ms) => ['triggered_ms >= ?', ms])
      .when(query.untilMs, (ms) => ['triggered_ms < ?', ms])
      .when(query.search, (text) => ["searched LIKE ? ESCAPE '!'", likeCell(text)])
      .when(query.before, ({ triggeredMs, run }) => [
        '(triggered_ms < ? OR (triggered_ms = ? AND run < ?))',
        triggeredMs,
        triggeredMs,
        textCell(run),
      ]);
    const order = 'ORDER BY triggered_ms DESC, run DESC LIMIT ?';
    // The versions are joined to the rows that are left.
    const chosen = `SELECT * FROM runs ${where.text} ${order}`;
    const text = `SELECT chosen.*, versions.hash FROM (${chosen}) AS chosen
      JOIN versions ON versions.hash_key = chosen.hash_key ORDER BY triggered_ms DESC, run DESC`;
    const rows = await this.#database.rows(statement(text, ...where.cells, query.limit + 1));
    return pageOf(rows.map(summaryOf), query.limit, ({ triggeredMs, run }) => ({ triggeredMs, run }));
  }

  async run(id: RunId): Promise<Run | undefined> {
    const text = `SELECT runs.*, versions.hash, versions.body FROM runs
      JOIN versions ON versions.hash_key = runs.hash_key WHERE run = ?`;
    const [row] = await this.#database.rows(statement(text, textCell(id)));
    if (row === undefined) return undefined;
    const definition = compileDag(textOf(row, 'hash') as DagHash, jsonOf(row, 'body') as Dag);
    if (typeof definition === 'string') return undefined;
    const attempts = 'SELECT * FROM attempts WHERE run = ? ORDER BY attempt';
    return runOf(row, await this.#database.rows(statement(attempts, textCell(id))), definition);
  }

  async runIds(beginning: string, limit: number): Promise<readonly RunId[]> {
    const begin = textCell(beginning);
    const text =
      'SELECT run FROM runs WHERE run >= ? AND run < ? ORDER BY triggered_ms DESC, run DESC LIMIT ?';
    const rows = await this.#database.rows(statement(text, begin, `${begin}\u{10FFFF}`, limit));
    return rows.map((row) => textOf(row, 'run') as RunId);
  }

  async events(run: RunId, after: EventCursor | undefined, limit: number): Promise<readonly RecordedEvent[]> {
    const { position, index } = after ?? { position: 0, index: -1 };
    const text = `SELECT * FROM events WHERE run = ? AND (position > ? OR (position = ? AND idx > ?))
      ORDER BY position, idx LIMIT ?`;
    const cells = [textCell(run), position, position, index, limit];
    const rows = await this.#database.rows(statement(text, ...cells));
    return rows.map((row) => ({ ...cursorOf(row), event: jsonOf(row, 'body') as LogEvent }));
  }

  async audit(query: AuditQuery): Promise<Page<AuditRecord, EventCursor>> {
    const where = new Conditions()
      .when(query.dag, (dag) => ['dag = ?', textCell(dag)])
      .when(query.run, (run) => ['run = ?', textCell(run)])
      .when(query.by, (by) => ["lower(author) LIKE ? ESCAPE '!'", likeCell(by)])
      .when(query.sinceMs, (ms) => ['at_ms >= ?', ms])
      .when(query.untilMs, (ms) => ['at_ms < ?', ms])
      .when(query.before, ({ position, index }) => [
        '(position < ? OR (position = ? AND idx < ?))',
        position,
        position,
        index,
      ]);
    const text = `SELECT * FROM commands ${where.text} ORDER BY position DESC, idx DESC LIMIT ?`;
    const rows = await this.#database.rows(statement(text, ...where.cells, query.limit + 1));
    return pageOf(rows.map(auditOf), query.limit, ({ position, index }) => ({ position, index }));
  }

  stats(query: StatsQuery): Promise<HistoryStats> {
    return readStats(this.#database, query);
  }

  recorded(): Promise<Recorded | undefined> {
    return new HistoryStore(this.#database).recorded();
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** `items` has one more than `limit` when there is another page. */
function pageOf<Item, Cursor>(
  items: readonly Item[],
  limit: number,
  cursor: (last: Item) => Cursor,
): Page<Item, Cursor> {
  const last = items[limit - 1];
  if (items.length <= limit || last === undefined) return { items };
  return { items: items.slice(0, limit), next: cursor(last) };
}

function cursorOf(row: Row): EventCursor {
  return { position: wholeOf(row, 'position') as Position, index: wholeOf(row, 'idx') };
}

function auditOf(row: Row): AuditRecord {
  const [dag, run, node] = [maybeTextOf(row, 'dag'), maybeTextOf(row, 'run'), maybeTextOf(row, 'node')];
  const [server, detail] = [maybeTextOf(row, 'server'), maybeTextOf(row, 'detail')];
  const refusal = maybeTextOf(row, 'refusal');
  return {
    ...cursorOf(row),
    atMs: wholeOf(row, 'at_ms'),
    by: textOf(row, 'author'),
    action: textOf(row, 'action') as AuditAction,
    ...(dag === undefined ? {} : { dag: dag as DagName }),
    ...(run === undefined ? {} : { run: run as RunId }),
    ...(node === undefined ? {} : { node: node as NodeName }),
    ...(server === undefined ? {} : { server: server as ServerName }),
    ...(detail === undefined ? {} : { detail }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}
