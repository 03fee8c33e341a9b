import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EventLog } from '../../src/broker/port/port.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { createState, fold } from '../../src/engine/fold.ts';
import { openDatabase, openStore } from '../../src/history/open.ts';
import { statement } from '../../src/history/port/sql.ts';
import type { Database, Row, Table } from '../../src/history/port/sql.ts';
import { Recorder } from '../../src/history/recorder.ts';
import type { RecorderOptions } from '../../src/history/recorder.ts';
import { attemptCells, runCells } from '../../src/history/run-rows.ts';
import { tables } from '../../src/history/tables.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Position } from '../../src/model/ids.ts';
import type { State } from '../../src/model/state.ts';
import { DIAMOND, Story } from './story.ts';

/** A file that is not there yet, in a folder that goes with the test. */
export async function freshSqlite(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-history-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, 'data/history.db')}`;
}

/** Everything in the history at `url`. */
export async function dumpAt(url: string): Promise<Record<string, readonly Row[]>> {
  const database = await openDatabase(url);
  try {
    return await dump(database);
  } finally {
    await database.close();
  }
}

async function dump(database: Database): Promise<Record<string, readonly Row[]>> {
  const found: Record<string, readonly Row[]> = {};
  for (const { name, key } of [...Object.values(tables), { name: 'progress', key: ['id'] }]) {
    const rows = await database.rows(statement(`SELECT * FROM ${name} ORDER BY ${key.join(', ')}`));
    found[name] = rows.map((row) => ({ ...row }));
  }
  return found;
}

/** The rows of runs and attempts that a state comes to, when it has forgotten none. */
export function expectedRows({ runs }: State): { runs: readonly Row[]; attempts: readonly Row[] } {
  const all = [...runs.values()];
  const attempts = all.flatMap((run) =>
    run.nodes.flatMap((node, index) =>
      node.attempts.map((attempt) =>
        attemptCells(run.id, run.definition.dag.nodes[index]?.name ?? ('' as never), attempt),
      ),
    ),
  );
  return {
    runs: inOrder(tables.runs, all.map(runCells)),
    attempts: inOrder(tables.attempts, attempts),
  };
}

export function inOrder(
  table: Table,
  rows: readonly (readonly (string | number | null)[])[],
): readonly Row[] {
  const named = rows.map((cells) =>
    Object.fromEntries(table.columns.map(({ name }, at) => [name, cells[at] ?? null])),
  );
  const keyOf = (row: Row): string => JSON.stringify(table.key.map((column) => row[column]));
  return named.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

export function folded(events: readonly LogEvent[]): State {
  const state = createState();
  for (const [at, event] of events.entries()) fold(state, event, (at + 1) as Position);
  return state;
}

/** A recorder that runs until it is stopped, or the test ends. */
export function startRecorder(
  log: EventLog,
  url: string,
  options: Partial<RecorderOptions> = {},
): { readonly recorder: Recorder; readonly ended: Promise<void>; readonly notices: string[] } {
  const notices: string[] = [];
  const recorder = new Recorder({
    log,
    open: () => openStore(url),
    retention: {},
    clock: systemClock,
    onNotice: (_level, text) => notices.push(text),
    ...options,
  });
  const ended = recorder.run();
  ended.catch(() => undefined);
  onTestFinished(() => recorder.stop());
  return { recorder, ended, notices };
}

/** `events` as records of the given sizes, over and over. */
export function recordsOf(events: readonly LogEvent[], sizes: readonly number[]): LogEvent[][] {
  const records: LogEvent[][] = [];
  for (let from = 0, at = 0; from < events.length; at += 1) {
    const size = sizes[at % sizes.length] ?? 1;
    records.push(events.slice(from, from + size));
    from += size;
  }
  return records;
}

/** Far more runs than memory keeps, the first of them with a late result and one id used twice. */
export function manyRuns(count: number): LogEvent[] {
  const story = new Story()
    .apply(DIAMOND)
    .place({ s: ['*'] })
    .elect()
    .join('s');
  for (let at = 0; at < count; at += 1) {
    const id = at === count - 1 ? 'r0' : `r${at}`;
    story.later(1_000).trigger('diamond', id).start(id, 'A', 's').steer('run.canceled', id);
    story.finish(id, 'A', { is: 'canceled' }).end(id, 'canceled');
    if (at === 5) story.late('r5', 'A', { is: 'succeeded', output: 'late' });
  }
  return story.seen.map(({ event }) => event);
}
