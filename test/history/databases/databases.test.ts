import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { POSTGRES } from '../../../scripts/servers/postgres.ts';
import { findRun, listRuns } from '../../../src/history/port/all-runs.ts';
import { migrate, SCHEMA_VERSION } from '../../../src/history/migrations.ts';
import { openDatabase, openHistory, openServedHistory, openStore } from '../../../src/history/open.ts';
import type { HistoryReader } from '../../../src/history/port/history.ts';
import { run as sql, statement } from '../../../src/history/port/sql.ts';
import type { Database } from '../../../src/history/port/sql.ts';
import { openPostgres } from '../../../src/history/postgres/postgres.ts';
import { openSqlite } from '../../../src/history/sqlite/sqlite.ts';
import { tables } from '../../../src/history/tables.ts';
import type { LogEvent } from '../../../src/model/event.ts';
import type { DagName, RunId } from '../../../src/model/ids.ts';
import { dumpAt, freshSqlite, startRecorder } from '../../support/history-stage.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';
import { DIAMOND, dagOf, NOON_MS, Story } from '../../support/story.ts';

const BOUND = { timeout: 30_000, interval: 10 };
let server: RealServer | undefined;
let schemas = 0;

beforeAll(async () => {
  if (POSTGRES.find() !== undefined) server = await startServer(POSTGRES);
});
afterAll(() => server?.stop());

/** Each test has tables of its own. */
function freshPostgres(): string {
  if (server === undefined) throw new Error('no PostgreSQL');
  schemas += 1;
  return `${server.url}?schema=test_${schemas}`;
}

/** Without its tables. */
async function openEmpty(url: string): Promise<Database> {
  const database = url.startsWith('sqlite:') ? openSqlite(url.slice(7)) : await openPostgres(url);
  onTestFinished(() => database.close());
  return database;
}

async function opened(url: string): Promise<HistoryReader> {
  const history = await openHistory(url);
  onTestFinished(() => history.close());
  return history;
}

async function record(url: string, events: readonly LogEvent[]): Promise<void> {
  const log = new MemoryLog().tell(...events.map((event) => [event]));
  const { recorder } = startRecorder(log, url);
  await vi.waitFor(() => expect(recorder.recorded).toBe(log.records.length), BOUND);
  await recorder.stop();
}

/** Ten runs of two dags, a minute apart. Of `etl`: B of r1 fails for good, C of r3 at first, r5 is canceled, r7 goes on. The runs of `tiny` take 1 to 3 s. */
function aDay(): Story {
  const story = new Story()
    .apply(DIAMOND)
    .apply(dagOf('tiny', { only: [] }))
    .place({ s: ['*'] })
    .elect()
    .join('s', 100);
  for (const at of [1, 3, 5, 7]) {
    const id = `etl-${at}`;
    story.nowMs = NOON_MS + at * 60_000;
    story.trigger('diamond', id, at === 3 ? 'api:Ann@10.0.0.7' : 'op:bob@desk').succeed(id, 'A', 's');
    if (at === 1) {
      for (let tries = 0; tries < 4; tries += 1) story.fail(id, 'B', 's', 'Disk full: 100% of /data_1');
      story.succeed(id, 'C', 's').upstreamFailed(id, 'D').upstreamFailed(id, 'E').end(id, 'failed');
    } else if (at === 5) story.steer('run.canceled', id).end(id, 'canceled');
    else if (at === 3) {
      story.succeed(id, 'B', 's').fail(id, 'C', 's').later(2_000).succeed(id, 'C', 's');
      story.succeed(id, 'D', 's').succeed(id, 'E', 's').end(id, 'succeeded');
    }
  }
  for (const at of [1, 2, 3]) {
    story.nowMs = NOON_MS + 86_400_000 + at * 60_000;
    story
      .trigger('tiny', `tiny-${at}`)
      .start(`tiny-${at}`, 'only', 's')
      .later(at * 1_000);
    story
      .finish(`tiny-${at}`, 'only', { is: 'succeeded', output: { at } }, 'all done')
      .end(`tiny-${at}`, 'succeeded');
  }
  return story;
}

const eventsOf = (story: Story): LogEvent[] => story.seen.map(({ event }) => event);
const idsOf = ({ items }: { items: readonly { run: string }[] }): string[] => items.map(({ run }) => run);

describe.each([
  ['SQLite', true, freshSqlite],
  ['PostgreSQL', isAtHand(POSTGRES), () => Promise.resolve(freshPostgres())],
])('a history in %s', (_name, isThere, freshUrl) => {
  it.skipIf(!isThere)('gives back each run that has ended as it was folded', async () => {
    const story = aDay();
    const url = await freshUrl();
    await record(url, eventsOf(story));
    const history = await opened(url);
    for (const run of story.state.runs.values()) {
      const found = await history.run(run.id);
      if (run.end === undefined) expect(found).toBeUndefined();
      else expect(found).toEqual({ ...run, definition: { ...run.definition, pins: 0 } });
    }
    expect(await history.run('none' as RunId)).toBeUndefined();
    expect(await history.runIds('etl-', 2)).toEqual(['etl-7', 'etl-5']);
    expect(await history.recorded()).toEqual({ log: 'log-1', position: story.seen.length });
    const none = new Story().state;
    expect(await findRun(none, history, 'etl-1' as RunId)).toMatchObject({ from: 'history' });
  });

  it.skipIf(!isThere)('finds runs by dag, state, time and text, page by page', async () => {
    const story = aDay();
    const url = await freshUrl();
    await record(url, eventsOf(story));
    const history = await opened(url);
    const ids = async (query: object): Promise<string[]> =>
      idsOf(await history.runs({ limit: 50, ...query }));
    expect(await ids({ dag: 'tiny' })).toEqual(['tiny-3', 'tiny-2', 'tiny-1']);
    expect(await ids({ states: ['failed', 'canceled'] })).toEqual(['etl-5', 'etl-1']);
    expect(await ids({ states: [] })).toEqual([]);
    expect(await ids({ states: ['running'] })).toEqual(['etl-7']);
    expect(await ids({ sinceMs: NOON_MS + 300_000, untilMs: NOON_MS + 86_400_000 })).toEqual([
      'etl-7',
      'etl-5',
    ]);
    expect(await ids({ search: 'DISK FULL' })).toEqual(['etl-1']);
    // What a pattern of SQL would mean is plain text.
    expect(await ids({ search: '100% of /data_1' })).toEqual(['etl-1']);
    expect(await ids({ search: '100_' })).toEqual([]);
    expect(await ids({ search: '%' })).toEqual(['etl-1']);
    expect(await ids({ search: "!'; DROP TABLE runs" })).toEqual([]);
    expect(await ids({ search: 'ann@10' })).toEqual(['etl-3']);
    const first = await history.runs({ limit: 4 });
    expect(idsOf(first)).toEqual(['tiny-3', 'tiny-2', 'tiny-1', 'etl-7']);
    const second = await history.runs({ limit: 4, before: first.next! });
    expect(idsOf(second)).toEqual(['etl-5', 'etl-3', 'etl-1']);
    expect(second.next).toBeUndefined();
    // Both ways to a list say the same of each run.
    const memory = await listRuns(story.state, undefined, { limit: 50 });
    expect((await history.runs({ limit: 50 })).items).toEqual(
      memory.items.map(({ from: _from, ...summary }) => summary),
    );
  });

  it.skipIf(!isThere)('tells what operators did, and the events of a run', async () => {
    const story = aDay();
    const url = await freshUrl();
    await record(url, eventsOf(story));
    const history = await opened(url);
    const { items } = await history.audit({ limit: 50, by: 'ANN@10' });
    expect(items).toMatchObject([
      { action: 'run.triggered', dag: 'diamond', run: 'etl-3', by: 'api:Ann@10.0.0.7' },
    ]);
    const page = await history.audit({ limit: 2 });
    expect(page.items.map(({ run }) => run)).toEqual(['tiny-3', 'tiny-2']);
    const next = await history.audit({ limit: 2, before: page.next! });
    expect(next.items.map(({ run }) => run)).toEqual(['tiny-1', 'etl-7']);
    expect(
      (await history.audit({ limit: 9, run: 'etl-5' as RunId })).items.map(({ action }) => action),
    ).toEqual(['run.canceled', 'run.triggered']);
    const types = story.seen.flatMap(({ event }) =>
      'run' in event && event.run === 'tiny-2' ? [event] : [],
    );
    const told = await history.events('tiny-2' as RunId, undefined, 100);
    expect(told.map(({ event }) => event)).toEqual(types);
    expect((await history.events('tiny-2' as RunId, told[0], 2)).map(({ event }) => event)).toEqual(
      types.slice(1, 3),
    );
  });

  it.skipIf(!isThere)('counts, and measures what half and 95 of 100 stay below', async () => {
    const url = await freshUrl();
    await record(url, eventsOf(aDay()));
    const history = await opened(url);
    const stats = await history.stats({});
    expect(stats.dags).toEqual([
      {
        dag: 'diamond',
        runs: 3,
        succeeded: 1,
        failed: 1,
        canceled: 1,
        took: { p50Ms: 4_400, p95Ms: 4_400, maxMs: 4_400 },
      },
      {
        dag: 'tiny',
        runs: 3,
        succeeded: 3,
        failed: 0,
        canceled: 0,
        took: { p50Ms: 2_000, p95Ms: 3_000, maxMs: 3_000 },
      },
    ]);
    expect(stats.days.map(({ dayMs, runs }) => [new Date(dayMs).toISOString().slice(0, 10), runs])).toEqual([
      ['2026-11-24', 3],
      ['2026-11-25', 3],
    ]);
    expect(idsOf({ items: stats.slowest })).toEqual(
      ['etl-3', 'tiny-3', 'etl-1', 'tiny-2', 'tiny-1'].filter(Boolean),
    );
    const { nodes } = await history.stats({ dag: 'diamond' as DagName });
    expect(
      nodes.map(({ node, attempts, failed, runs, flakyRuns }) => [node, attempts, failed, runs, flakyRuns]),
    ).toEqual([
      ['A', 3, 0, 3, 0],
      ['B', 5, 4, 2, 0],
      ['C', 3, 1, 2, 1],
      ['D', 1, 0, 1, 0],
      ['E', 1, 0, 1, 0],
    ]);
    const none = await history.stats({ dag: 'tiny' as DagName, untilMs: NOON_MS });
    expect(none).toEqual({ dags: [], days: [], nodes: [], slowest: [] });
  });

  it.skipIf(!isThere)('is written by several recorders at once, and comes to the rows of one', async () => {
    const events = eventsOf(aDay());
    const [url, whole] = [await freshUrl(), await freshUrl()];
    await record(whole, events);
    const log = new MemoryLog();
    log.batchMax = 3;
    const recorders = [1, 2, 3].map(() => startRecorder(log, url).recorder);
    for (const event of events) {
      log.tell([event]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const recorder of recorders) {
      await vi.waitFor(() => expect(recorder.recorded).toBe(log.records.length), BOUND);
      await recorder.stop();
    }
    expect(await dumpAt(url)).toEqual(await dumpAt(whole));
  });

  it.skipIf(!isThere)(
    'drops what is too old, and of each dag what is too much, but nothing that goes on',
    async () => {
      const url = await freshUrl();
      await record(url, eventsOf(aDay()));
      const store = await openStore(url);
      onTestFinished(() => store.close());
      const history = await opened(url);
      await store.prune({ keepRuns: 2 }, NOON_MS);
      expect(idsOf(await history.runs({ limit: 50 }))).toEqual([
        'tiny-3',
        'tiny-2',
        'etl-7',
        'etl-5',
        'etl-3',
      ]);
      await store.prune({ keepMs: 3_600_000 }, NOON_MS + 86_400_000);
      expect(idsOf(await history.runs({ limit: 50 }))).toEqual(['tiny-3', 'tiny-2', 'etl-7']);
      const left = await dumpAt(url);
      expect(new Set(left['attempts']?.map(({ run }) => run))).toEqual(
        new Set(['tiny-2', 'tiny-3', 'etl-7']),
      );
      expect(new Set(left['events']?.map(({ run }) => run))).toEqual(new Set(['tiny-2', 'tiny-3', 'etl-7']));
      expect(left['versions']).toHaveLength(2);
      expect(left['placements']).toHaveLength(1);
      await store.prune({}, NOON_MS);
      expect(await dumpAt(url)).toEqual(left);
    },
  );

  it.skipIf(!isThere)(
    'is brought up from each earlier version, and gains what that version lacked',
    async () => {
      const now = await freshUrl();
      await (await openStore(now)).close();
      const columns = await columnsAt(now);
      for (let version = 0; version < SCHEMA_VERSION; version += 1) {
        const url = await freshUrl();
        const database = await openEmpty(url);
        if (version > 0) {
          await migrate(database, version);
          await database.write(statement('UPDATE schema_version SET version = version'), [
            sql("INSERT INTO dags (dag, hash_key, position, changed_ms) VALUES ('old', NULL, 7, 8)"),
          ]);
        }
        // By many at once, as processes start together.
        await Promise.all([1, 2, 3].map(async () => (await openStore(url)).close()));
        expect(await columnsAt(url)).toEqual(columns);
        expect((await dumpAt(url))['dags']).toHaveLength(version > 0 ? 1 : 0);
      }
    },
  );

  it.skipIf(!isThere)('is not touched when a newer dagtop has written it', async () => {
    const url = await freshUrl();
    await (await openStore(url)).close();
    const database = await openEmpty(url);
    await database.rows(statement('UPDATE schema_version SET version = ?', SCHEMA_VERSION + 1));
    await expect(openHistory(url)).rejects.toMatchObject({ code: 'history_too_new' });
  });

  it.skipIf(!isThere)('takes hostile bytes everywhere, and the longest names', async () => {
    const bad = 'x\0\uD800\uFFFD"\'\\';
    const long = '\0'.repeat(120);
    const dag = { ...dagOf(long, { [long]: [] }), description: bad };
    const events = eventsOf(new Story().apply(dag, `${long}${long}${long}${long}`).elect());
    const run = { dag: long, run: long, id: 'e', atMs: Number.MAX_VALUE, by: bad };
    events.push(
      {
        ...run,
        type: 'run.triggered',
        hash: `${long}${long}${long}${long}`,
        params: {},
      } as unknown as LogEvent,
      { ...run, id: 'f', type: 'run.canceled' } as unknown as LogEvent,
      { ...run, epoch: 1, id: 'g', type: 'run.finished', outcome: 'canceled' } as unknown as LogEvent,
    );
    const url = await freshUrl();
    await record(url, events);
    const history = await opened(url);
    const { items } = await history.runs({ limit: 9 });
    expect(items).toMatchObject([{ run: long, dag: long, by: bad, state: 'canceled' }]);
    expect(await history.run(long as RunId)).toMatchObject({ id: long, definition: { dag } });
  });

  async function columnsAt(url: string): Promise<Record<string, string[]>> {
    const database = await openDatabase(url);
    const found: Record<string, string[]> = {};
    for (const table of Object.values(tables)) {
      const names = table.columns.map(({ name }) => name);
      // Every column of the program is in the table, or this is refused.
      await database.rows(statement(`SELECT ${names.join(', ')} FROM ${table.name}`));
      found[table.name] = names;
    }
    await database.close();
    return found;
  }
});

it('says the same in a thread, where SQLite stops nobody, and passes on what went wrong', async () => {
  const url = await freshSqlite();
  await record(url, eventsOf(aDay()));
  const here = await opened(url);
  const there = await openServedHistory(url);
  expect(await there.runs({ limit: 50 })).toEqual(await here.runs({ limit: 50 }));
  expect(await there.run('etl-1' as RunId)).toEqual(await here.run('etl-1' as RunId));
  const asked = Promise.all([there.stats({}), there.recorded()]);
  expect(await asked).toEqual([await here.stats({}), await here.recorded()]);
  await there.close();
  await there.close();
  await expect(there.runs({ limit: 1 })).rejects.toMatchObject({ code: 'closed' });
  const { writeFile } = await import('node:fs/promises');
  await writeFile(
    `${url.slice('sqlite:'.length)}.txt`,
    'this is a text, and no database at all\n'.repeat(99),
  );
  await expect(openServedHistory(`${url}.txt`)).rejects.toMatchObject({ code: 'history_damaged' });
});

it.skipIf(!isAtHand(POSTGRES))('waits for PostgreSQL that is killed, and catches up', async () => {
  const own = await startServer(POSTGRES);
  onTestFinished(() => own.stop());
  const events = eventsOf(aDay());
  const log = new MemoryLog();
  const { recorder, notices } = startRecorder(log, own.url);
  const third = Math.floor(events.length / 3);
  log.tell(...events.slice(0, third).map((event) => [event]));
  await vi.waitFor(() => expect(recorder.recorded).toBe(third), BOUND);
  await own.exchange(async () => {
    log.tell(...events.slice(third, 2 * third).map((event) => [event]));
    await vi.waitFor(
      () => expect(notices[0]).toContain('no history is written: PostgreSQL at 127.0.0.1:'),
      BOUND,
    );
  });
  await vi.waitFor(() => expect(recorder.recorded).toBe(2 * third), BOUND);
  log.tell(...events.slice(2 * third).map((event) => [event]));
  await vi.waitFor(() => expect(recorder.recorded).toBe(events.length), BOUND);
  await recorder.stop();
  const whole = freshPostgres();
  await record(whole, events);
  expect(await dumpAt(own.url)).toEqual(await dumpAt(whole));
});

it.skipIf(!isAtHand(POSTGRES))(
  'waits for PostgreSQL that is frozen, which readers are told, and catches up',
  async () => {
    const own = await startServer(POSTGRES);
    onTestFinished(() => own.stop());
    const events = eventsOf(aDay());
    const log = new MemoryLog();
    const { recorder } = startRecorder(log, own.url);
    const third = Math.floor(events.length / 3);
    log.tell(...events.slice(0, third).map((event) => [event]));
    await vi.waitFor(() => expect(recorder.recorded).toBe(third), BOUND);
    const frozen = await processesOf(own.folder);
    expect(frozen.length).toBeGreaterThan(1);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      log.tell(...events.slice(third, 2 * third).map((event) => [event]));
      // Who asks meanwhile is told so in bounded time, and the recorder has recorded nothing that may be lost.
      await expect(openHistory(own.url)).rejects.toMatchObject({ code: 'history_down' });
      expect(recorder.recorded).toBe(third);
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    await vi.waitFor(() => expect(recorder.recorded).toBe(2 * third), BOUND);
    log.tell(...events.slice(2 * third).map((event) => [event]));
    await vi.waitFor(() => expect(recorder.recorded).toBe(events.length), BOUND);
    await recorder.stop();
    const whole = freshPostgres();
    await record(whole, events);
    expect(await dumpAt(own.url)).toEqual(await dumpAt(whole));
  },
);

/** The server and all that it started: each of those has a group of its own. */
async function processesOf(folder: string): Promise<number[]> {
  const [first = ''] = (await readFile(join(folder, 'data/postmaster.pid'), 'utf8')).split('\n');
  const children = await readFile(`/proc/${first}/task/${first}/children`, 'utf8');
  return [first, ...children.trim().split(' ')].map(Number);
}
