import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { POSTGRES } from '../../../scripts/servers/postgres.ts';
import { openBroker } from '../../../src/broker/open.ts';
import { encodeRecord } from '../../../src/broker/port/codec.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import { SYSTEM_TOPIC } from '../../../src/model/subject.ts';
import type { LogEvent } from '../../../src/model/event.ts';
import { dumpAt, manyRuns, recordsOf, startRecorder } from '../../support/history-stage.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const MAIN = join(import.meta.dirname, '../../../dist/main.js');
const ROUNDS = 12;
const FIRST_LIFE_MS = 600;
let server: RealServer | undefined;

beforeAll(async () => {
  if (POSTGRES.find() !== undefined) server = await startServer(POSTGRES);
});
afterAll(() => server?.stop());

async function openLog(folder: string): Promise<Broker> {
  const broker = await openBroker(`embedded:${folder}`, { namespace: 'dag' });
  onTestFinished(() => broker.close());
  return broker;
}

function append(broker: Broker, records: readonly (readonly LogEvent[])[]): Promise<void> {
  return broker.log.append(
    records.map((events) => ({
      topic: SYSTEM_TOPIC,
      body: encodeRecord(events.map((event) => JSON.stringify(event))),
    })),
  );
}

/** `dagtop record` as its own process; resolves when it has been killed, a while after it has begun, which is another each time. */
async function recordAndDie(folder: string, url: string, withinMs: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [MAIN, 'record', '--broker', `embedded:${folder}`, '--history', url],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = once(child, 'exit');
  await once(child.stderr, 'data');
  await pause(Math.random() * withinMs);
  child.kill('SIGKILL');
  await ended;
}

it.each([
  ['SQLite', true],
  ['PostgreSQL', isAtHand(POSTGRES)],
])('%s: recorders that are killed at any moment leave what a rebuild comes to', async (kind, isThere) => {
  if (!isThere) return;
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-killed-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const broker = await openLog(join(folder, 'log'));
  const urlOf = (name: string): string =>
    kind === 'SQLite' ? `sqlite:${join(folder, name)}.db` : `${server?.url ?? ''}?schema=killed_${name}`;
  const records = recordsOf(manyRuns(2_400), [3]);
  const part = Math.ceil(records.length / ROUNDS);
  const seen = [0];
  let withinMs = FIRST_LIFE_MS;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Two at once in every third round; and what they record grows while they do.
    const dying = [recordAndDie(join(folder, 'log'), urlOf('killed'), withinMs)];
    if (round % 3 === 0) dying.push(recordAndDie(join(folder, 'log'), urlOf('killed'), withinMs));
    for (let at = 0; at < part; at += 20)
      await append(
        broker,
        records.slice(round * part + at, Math.min(round * part + at + 20, (round + 1) * part)),
      );
    await Promise.all(dying);
    const position = Number((await dumpAt(urlOf('killed')))['progress']?.[0]?.['position'] ?? 0);
    // On a machine that is busy, none may live long enough to write anything.
    if (position === seen.at(-1)) withinMs *= 2;
    seen.push(position);
  }
  // Some died in the middle of it, or this test shows nothing.
  expect(new Set(seen).size).toBeGreaterThan(ROUNDS / 3);
  for (const name of ['killed', 'rebuilt']) {
    const { recorder } = startRecorder(broker.log, urlOf(name));
    const head = await broker.log.head();
    await vi.waitFor(() => expect(recorder.recorded).toBe(head), { timeout: 60_000, interval: 20 });
    await recorder.stop();
  }
  const [killed, rebuilt] = [await dumpAt(urlOf('killed')), await dumpAt(urlOf('rebuilt'))];
  expect(killed['runs']).toHaveLength(2_399);
  expect(killed).toEqual(rebuilt);
});
