import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../../src/agent/agent.ts';
import { openJournal } from '../../src/agent/journal/journal.ts';
import type { Executor, Journal } from '../../src/agent/ports.ts';
import { messageCodec } from '../../src/broker/port/codec.ts';
import { mintId, systemClock } from '../../src/cli/system-clock.ts';
import type { NodeName, RunId, ServerName } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import { startMessage } from '../../src/model/message.ts';
import { bytes, range } from '../support/conformance-tools.ts';
import { SchedulerStage } from '../support/scheduler-stage.ts';
import type { Seat } from '../support/scheduler-stage.ts';
import { dagOf } from '../support/story.ts';

const SRV = 'srv-1' as ServerName;
const startCodec = messageCodec(startMessage);
/** More than an agent holds unacknowledged. */
const MANY = 2 * limits.inboxInFlightMax;

/** Whatever it is told to run has succeeded at once. */
const instant: Executor = {
  start: () => ({
    stop: () => undefined,
    ended: Promise.resolve({
      outcome: { is: 'succeeded' },
      wrote: { stdoutBytes: 0, stderrBytes: 0, droppedBytes: 0, tail: '' },
    }),
  }),
  sweep: () => Promise.resolve(),
};

describe('an agent whose inbox is filled with what it can do nothing with', () => {
  let stage: SchedulerStage;
  let folder: string;
  let journal: Journal;
  let agent: Agent;
  let seat: Seat;
  const notices: string[] = [];
  const fault = { disk: false };

  beforeEach(async () => {
    stage = await SchedulerStage.open();
    folder = await mkdtemp(join(tmpdir(), 'dagtop-inbox-'));
    journal = await openJournal(folder);
    seat = await stage.seat();
    notices.length = 0;
    fault.disk = false;
    agent = new Agent({
      ...seat,
      journal: {
        id: journal.id,
        recover: () => journal.recover(),
        begin: (keys) => (fault.disk ? Promise.reject(new Error('no space left')) : journal.begin(keys)),
        finish: (results) => journal.finish(results),
        confirm: (keys) => journal.confirm(keys),
        close: () => journal.close(),
      },
      executor: instant,
      clock: systemClock,
      mintId,
      identity: { server: SRV, names: [], slots: 4, labels: {}, version: '0.1.0' },
      settings: { heartbeatMs: 100, drainGraceMs: 1_000 },
      onNotice: (level, text) => notices.push(`${level}: ${text}`),
      onReplaced: () => expect.unreachable('nobody replaces it'),
    });
    await agent.start();
    await stage.scheduler('a');
  });
  afterEach(async () => {
    agent.stop();
    await stage.close();
    await journal.close();
    await rm(folder, { recursive: true });
  });

  const runsToItsEnd = async (): Promise<void> => {
    await stage.run(dagOf('chain', { A: [], B: ['A'] }), [SRV]);
    await stage.until(() => stage.accepted('run.finished').length === 1);
    expect(stage.accepted('run.finished')[0]).toMatchObject({ outcome: 'succeeded' });
  };
  const start = (position: number, run: string): Uint8Array =>
    startCodec.encode({
      type: 'start',
      epoch: 1,
      position,
      attempts: [{ run: run as RunId, node: 'A' as NodeName, attempt: 1 }],
    });

  it('drops what it cannot read, says so, and does its work', async () => {
    const garbage = range(MANY).map((at) =>
      bytes(['', '{"type":', '[]', '{"type":"start"}', '\0ÿ'][at % 5] ?? ''),
    );
    await seat.broker.inbox.send(SRV, garbage);
    await runsToItsEnd();
    expect(notices).toHaveLength(MANY);
    expect(notices[1]).toBe('warning: dropped a message of the inbox, of 8 bytes: it is no work');
  });

  it('drops what names a place that the log does not have', async () => {
    await seat.broker.inbox.send(
      SRV,
      range(MANY).map(() => start(1_000_000_000, 'run-of-another-log')),
    );
    await runsToItsEnd();
    expect(notices).toContain(
      `warning: dropped a message of the inbox, of ${start(1_000_000_000, 'run-of-another-log').length} bytes: the log has no place 1000000000`,
    );
  });

  it('goes on when its disk took nothing for a while', async () => {
    fault.disk = true;
    await stage.run(dagOf('chain', { A: [], B: ['A'] }), [SRV]);
    await stage.until(() => stage.accepted('attempt.dispatched').length === 1);
    await stage.until(() => notices.length > 0);
    await seat.broker.inbox.send(
      SRV,
      range(MANY).map(() => start(1, 'run-chain')),
    );
    await stage.until(() => notices.length >= MANY);
    expect(notices[0]).toBe('error: could not take work: no space left');
    fault.disk = false;
    await stage.until(() => stage.accepted('run.finished').length === 1);
    expect(stage.accepted('run.finished')[0]).toMatchObject({ outcome: 'succeeded' });
  });
});
