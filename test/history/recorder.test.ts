import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createLogWriter } from '../../src/broker/port/log-writer.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { openStore } from '../../src/history/open.ts';
import type { LogEvent } from '../../src/model/event.ts';
import { Replica } from '../../src/replica/replica.ts';
import { Checkpointer } from '../../src/scheduler/checkpointer.ts';
import { DEFAULT_CHECKPOINT_SETTINGS } from '../../src/scheduler/settings.ts';
import { anyStory } from '../support/any-story.ts';
import {
  dumpAt,
  expectedRows,
  folded,
  freshSqlite,
  manyRuns,
  recordsOf,
  startRecorder,
} from '../support/history-stage.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { DIAMOND, Story } from '../support/story.ts';

const BOUND = { timeout: 30_000, interval: 5 };

/** Fields of the position of an attempt aside: stories are folded with one event a record. */
const withoutPlaces = (rows: readonly object[]): object[] =>
  rows.map((row) => ({ ...row, position: undefined }));

it('comes to the rows of the state, wherever batches end and recorders stop', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyStory,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }),
      async (events, sizes, stops) => {
        const records = recordsOf(events, sizes);
        const log = new MemoryLog();
        log.batchMax = 7;
        const url = await freshSqlite();
        const whole = await freshSqlite();
        for (const stop of [...stops, records.length]) {
          log.tell(...records.slice(log.records.length, log.records.length + stop));
          const { recorder } = startRecorder(log, url);
          await vi.waitFor(() => expect(recorder.recorded).toBe(log.records.length), BOUND);
          await recorder.stop();
        }
        const again = startRecorder(log, whole).recorder;
        await vi.waitFor(() => expect(again.recorded).toBe(records.length), BOUND);
        await again.stop();
        const rows = await dumpAt(url);
        expect(rows).toEqual(await dumpAt(whole));
        const expected = expectedRows(folded(events));
        expect(rows['runs']).toEqual(expected.runs);
        expect(withoutPlaces(rows['attempts'] ?? [])).toEqual(withoutPlaces(expected.attempts));
      },
    ),
    { numRuns: 25 },
  );
});

it('keeps runs that have left memory, within one batch too, and under one id the last', async () => {
  const events = manyRuns(2_400);
  const url = await freshSqlite();
  // One record of all: most runs come and go between two writes.
  const { recorder } = startRecorder(new MemoryLog().tell(events), url);
  await vi.waitFor(() => expect(recorder.recorded).toBe(1), BOUND);
  await recorder.stop();
  const other = await freshSqlite();
  const log = new MemoryLog().tell(...recordsOf(events, [1]));
  const one = startRecorder(log, other).recorder;
  await vi.waitFor(() => expect(one.recorded).toBe(events.length), BOUND);
  await one.stop();
  const [rows, single] = [await dumpAt(url), await dumpAt(other)];
  expect(rows['runs']).toHaveLength(2_399);
  expect(rows['runs']).toEqual(single['runs']);
  expect(rows['events']?.map(({ body }) => body)).toEqual(single['events']?.map(({ body }) => body));
  const first = rows['runs']?.find(({ run }) => run === 'r0');
  expect(first?.['triggered_ms']).toBe(
    events.find((event) => event.type === 'run.triggered')!.atMs + 2_399_000,
  );
  expect(rows['attempts']?.find(({ run }) => run === 'r5')?.['late']).toContain('"output":"late"');
});

it('records what was refused as refused, and a second copy not at all', async () => {
  const story = new Story().apply(DIAMOND).elect().trigger('diamond', 'r1');
  const events = story.seen.map(({ event }) => event);
  const pause = { type: 'run.paused', dag: 'diamond', run: 'r9', id: 'p1', atMs: 5, by: 'api:eve@10.0.0.9' };
  const url = await freshSqlite();
  const copy = events.at(-1)!;
  const { recorder } = startRecorder(new MemoryLog().tell(events, [copy, pause as LogEvent]), url);
  await vi.waitFor(() => expect(recorder.recorded).toBe(2), BOUND);
  await recorder.stop();
  const { commands, events: happened } = await dumpAt(url);
  expect(commands?.map(({ action, author, refusal }) => [action, author, refusal])).toEqual([
    ['dag.applied', 'test', null],
    ['run.triggered', 'op:ann@desk', null],
    ['run.paused', 'api:eve@10.0.0.9', 'there is no run r9'],
  ]);
  expect(happened).toHaveLength(1);
});

it('leaves the history of another log as it is, and one that knows more than the log', async () => {
  const events = new Story()
    .apply(DIAMOND)
    .elect()
    .trigger('diamond', 'r1')
    .seen.map(({ event }) => event);
  const url = await freshSqlite();
  const log = new MemoryLog('log-1').tell(...recordsOf(events, [1]));
  const first = startRecorder(log, url).recorder;
  await vi.waitFor(() => expect(first.recorded).toBe(3), BOUND);
  await first.stop();
  const before = await dumpAt(url);
  await expect(startRecorder(new MemoryLog('log-2').tell(events), url).ended).rejects.toMatchObject({
    code: 'history_foreign',
  });
  await expect(startRecorder(new MemoryLog('log-1').tell(events), url).ended).rejects.toMatchObject({
    code: 'history_ahead',
  });
  expect(await dumpAt(url)).toEqual(before);
});

/** As a leader does it when all that is in the log is old enough. */
async function trimToCheckpoint(log: MemoryLog): Promise<void> {
  const replica = new Replica();
  await replica.start(log);
  const id = replica.state.leader!;
  replica.witness(id);
  const settings = { ...DEFAULT_CHECKPOINT_SETTINGS, everyEvents: 1, keepMs: 1, trimEveryMs: 0 };
  const writer = createLogWriter(log, systemClock);
  const checkpointer = new Checkpointer({ replica, writer, log, id, settings, onNotice: () => undefined });
  replica.listen({ onFolded: (folded) => checkpointer.onFolded(folded, 0) });
  checkpointer.lead(0);
  await vi.waitFor(() => expect(replica.state.checkpoints.complete).toHaveLength(1), BOUND);
  checkpointer.lead(1_000);
  await vi.waitFor(async () => expect(await log.tail()).toBeGreaterThan(1), BOUND);
  replica.stop();
  writer.close();
}

it('goes on where the log begins when it was trimmed meanwhile, says so, and notes the gap', async () => {
  const story = new Story().apply(DIAMOND).elect().trigger('diamond', 'r1');
  const log = new MemoryLog().tell(
    ...recordsOf(
      story.seen.map(({ event }) => event),
      [1],
    ),
  );
  const url = await freshSqlite();
  const first = startRecorder(log, url).recorder;
  await vi.waitFor(() => expect(first.recorded).toBe(3), BOUND);
  await first.stop();
  const told = story.seen.length;
  story.steer('run.paused', 'r1').apply(DIAMOND, 'hash-2').trigger('diamond', 'r2');
  log.tell(
    ...recordsOf(
      story.seen.slice(told).map(({ event }) => event),
      [1],
    ),
  );
  await trimToCheckpoint(log);
  const { recorder, notices } = startRecorder(log, url);
  await vi.waitFor(() => expect(recorder.recorded).toBe(log.records.length), BOUND);
  await recorder.stop();
  expect(notices).toEqual([
    'the log begins at 8, and the history ends at 3: what happened between is in neither',
  ]);
  const rows = await dumpAt(url);
  expect(rows['gaps']).toEqual([{ position: 3, upto: 7 }]);
  expect(rows['runs']?.map(({ run }) => run)).toEqual(['r1', 'r2']);
});

it('waits for a database that is down with little in memory, and then writes all of it once', async () => {
  const events = manyRuns(2_400);
  const log = new MemoryLog();
  log.batchMax = 64;
  const url = await freshSqlite();
  let isDown = true;
  let read = 0;
  const slice = log.records.slice.bind(log.records);
  log.records.slice = (from = 0, to) => {
    read = Math.max(read, from);
    return slice(from, to);
  };
  const { CodedError } = await import('../../src/model/coded-error.ts');
  const open = async () => {
    const store = await openStore(url);
    const write = store.write.bind(store);
    let writes = 0;
    store.write = async (...args) => {
      writes += 1;
      if (isDown && writes > 1) throw new CodedError('history_down', 'it sleeps');
      // An answer that is lost: it was written.
      const isDone = await write(...args);
      if (writes === 1) throw new CodedError('history_down', 'the answer is lost');
      return isDone;
    };
    return store;
  };
  log.tell(...recordsOf(events, [3]));
  const { recorder, notices } = startRecorder(log, url, { open });
  await vi.waitFor(
    () => expect(notices).toEqual(['no history is written: the answer is lost; runs go on']),
    BOUND,
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  // 4,000 events that wait, 4,000 that are being written, and what was handed over.
  expect(3 * read).toBeLessThan(9_000);
  expect(read).toBeLessThan(log.records.length);
  isDown = false;
  await vi.waitFor(() => expect(recorder.recorded).toBe(log.records.length), BOUND);
  await recorder.stop();
  expect(notices.at(-1)).toBe('the history is back; what it missed is written now');
  const whole = await freshSqlite();
  const again = startRecorder(log, whole).recorder;
  await vi.waitFor(() => expect(again.recorded).toBe(log.records.length), BOUND);
  await again.stop();
  expect(await dumpAt(url)).toEqual(await dumpAt(whole));
});
