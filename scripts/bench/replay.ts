import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { systemClock } from '../../src/cli/system-clock.ts';
import { openBroker } from '../../src/broker/open.ts';
import { createLogWriter } from '../../src/broker/port/log-writer.ts';
import type { LogEvent } from '../../src/model/event.ts';

const EVENTS = 50_000;
const RUNS = 50;
const BATCH = 1_000;

/** What one pass over the log says, from a process that does nothing else. */
export type ReplayFigures = {
  readonly appendedPerSecond: number;
  readonly foldedPerSecond: number;
  readonly rssMiB: number;
};

/** Appends 50,000 events, each a small one of one of 50 runs, and then reads, decodes and folds them in a process of its own. */
export async function measureReplay(url: string): Promise<ReplayFigures> {
  const broker = await openBroker(url, { namespace: 'replay' });
  const writer = createLogWriter(broker.log, systemClock);
  const startMs = performance.now();
  for (let at = 0; at < EVENTS; at += BATCH)
    await writer.append(Array.from({ length: BATCH }, (_, index) => eventOf(at + index)));
  const appendedPerSecond = (EVENTS * 1_000) / (performance.now() - startMs);
  writer.close();
  await broker.close();
  const child = fork(join(import.meta.dirname, 'replay-reader.ts'), [url, String(EVENTS)]);
  const [told] = (await once(child, 'message')) as [{ seconds: number; rssMiB: number }];
  await once(child, 'exit');
  return { appendedPerSecond, foldedPerSecond: EVENTS / told.seconds, rssMiB: told.rssMiB };
}

function eventOf(at: number): LogEvent {
  return {
    type: 'run.paused',
    id: `bench-${at}`,
    atMs: 1_700_000_000_000 + at,
    by: 'op:bench@localhost',
    dag: 'bench',
    run: `run-${at % RUNS}`,
  } as LogEvent;
}
