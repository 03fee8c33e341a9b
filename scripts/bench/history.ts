/**
 * `npm run bench:history [-- --runs 2000]`: how fast the recorder writes a log into each database at hand, and how long the history's own questions take
 * then. The log holds runs of 12 nodes, 40 events each, as agents and schedulers write them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/cli/system-clock.ts';
import { openHistory, openStore } from '../../src/history/open.ts';
import type { HistoryReader } from '../../src/history/port/history.ts';
import { Recorder } from '../../src/history/recorder.ts';
import type { DagName } from '../../src/model/ids.ts';
import { MemoryLog } from '../../test/support/memory-log.ts';
import { fanOf, NOON_MS, Story } from '../../test/support/story.ts';
import { POSTGRES } from '../servers/postgres.ts';
import { startServer } from './servers.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '2000' } } });
const WIDTH = 10;
const RECORD_EVENTS = 20;

/** Memory forgets most of them while they are told. */
function told(runs: number): MemoryLog {
  const story = new Story()
    .apply(fanOf('fan', WIDTH))
    .place({ s: ['*'] })
    .elect()
    .join('s', 1_000);
  for (let at = 0; at < runs; at += 1) {
    const id = `run-${at}`;
    story.nowMs = NOON_MS + at * 60_000;
    story.trigger('fan', id).succeed(id, 'split', 's');
    for (let part = 1; part <= WIDTH; part += 1)
      story.succeed(id, `part-${String(part).padStart(3, '0')}`, 's');
    story.succeed(id, 'merge', 's').end(id, 'succeeded');
  }
  const log = new MemoryLog();
  for (let from = 0; from < story.seen.length; from += RECORD_EVENTS)
    log.tell(story.seen.slice(from, from + RECORD_EVENTS).map(({ event }) => event));
  return log;
}

async function measure(name: string, url: string, log: MemoryLog, events: number): Promise<void> {
  const startMs = performance.now();
  const recorder = new Recorder({
    log,
    open: () => openStore(url),
    retention: {},
    clock: systemClock,
    onNotice: (_level, text) => console.log(text),
  });
  await recorder.reached(await log.head());
  const seconds = (performance.now() - startMs) / 1_000;
  await recorder.stop();
  console.log(
    `${name.padEnd(12)} ${Math.round(events / seconds)} events/s recorded (${events} in ${seconds.toFixed(1)} s)`,
  );
  const history = await openHistory(url);
  for (const [what, ask] of questions(history)) {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const beginMs = performance.now();
      await ask();
      times.push(performance.now() - beginMs);
    }
    const median = times.sort((a, b) => a - b)[2] ?? 0;
    console.log(`${''.padEnd(12)} ${what.padEnd(28)} ${median.toFixed(1)} ms`);
  }
  await history.close();
}

function questions(history: HistoryReader): [string, () => Promise<unknown>][] {
  return [
    ['the newest 100 runs', () => history.runs({ limit: 100 })],
    ['100 runs by a text', () => history.runs({ limit: 100, search: 'nothing has this' })],
    ['one run, whole', () => history.run('run-7' as never)],
    ['figures of all', () => history.stats({})],
    ['figures of a dag', () => history.stats({ dag: 'fan' as DagName })],
  ];
}

const runs = Number(values.runs);
const log = told(runs);
const events = runs * (2 + 3 * (WIDTH + 2)) + 4;
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, node ${process.versions.node}, ${runs} runs`,
);
const folder = await mkdtemp(join(tmpdir(), 'dagtop-bench-history-'));
await measure('SQLite', `sqlite:${join(folder, 'history.db')}`, log, events);
await rm(folder, { recursive: true });
if (POSTGRES.find() === undefined)
  console.log(`PostgreSQL: skipped, it is not installed: ${POSTGRES.remedy}`);
else {
  const server = await startServer(POSTGRES);
  await measure('PostgreSQL', server.url, log, events);
  await server.stop();
}
