import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../src/broker/port/codec.ts';
import type { EventLog, LogFollower } from '../../src/broker/port/port.ts';
import type { EventOf } from '../../src/model/event.ts';
import { LOG_START } from '../../src/model/ids.ts';
import type { Position } from '../../src/model/ids.ts';
import { findBeginning } from '../../src/replica/beginning.ts';
import { Replica } from '../../src/replica/replica.ts';
import { canonicalState } from '../support/canonical-state.ts';
import { CheckpointStage } from '../support/checkpoint-stage.ts';
import type { TrimmedLog } from '../support/trimmed-log.ts';

const NOW = { recentRecords: 0 };

function partsIn(log: TrimmedLog): EventOf<'checkpoint.part'>[] {
  return log.records.flatMap(({ body }) =>
    decodeRecord(body).events.filter((event) => event.type === 'checkpoint.part'),
  );
}

/** Two checkpoints with two runs before and after each, the log not yet trimmed. */
async function written(): Promise<CheckpointStage> {
  const stage = await CheckpointStage.open();
  await stage.run('r1', 'r2').lead();
  await stage.run('r3', 'r4').lead();
  stage.run('r5', 'r6');
  await stage.settle();
  expect(stage.replica.state.checkpoints.complete).toHaveLength(2);
  return stage;
}

describe('where the reading of a log begins', () => {
  it('is its beginning where nothing was cut and nothing else is asked for', async () => {
    const stage = await written();
    expect((await findBeginning(stage.log, 'oldest')).position).toBe(LOG_START);
    expect((await findBeginning(stage.log, 'recent')).position).toBe(LOG_START);
  });

  it('is the newest checkpoint for who wants the present, and all readers come to the same state', async () => {
    const stage = await written();
    const [, second] = stage.replica.state.checkpoints.complete;
    expect((await findBeginning(stage.log, 'recent', NOW)).position).toBe(second?.base);
    const late = await stage.reader('recent', NOW);
    expect(canonicalState(late.state)).toBe(canonicalState(stage.replica.state));
    expect([...late.state.runs.keys()]).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
    stage.tell((story) => story.trigger('diamond', 'r7').start('r7', 'A', 'srv-1'));
    await stage.settle();
    await late.reached(stage.replica.position);
    expect(canonicalState(late.state)).toBe(canonicalState(stage.replica.state));
  });

  it('is before what people want to see, and before a position that is asked for', async () => {
    const stage = await written();
    const [first, second] = stage.replica.state.checkpoints.complete;
    const recentRecords = stage.log.records.length - (second?.base ?? 0) + 1;
    expect((await findBeginning(stage.log, 'recent', { recentRecords })).position).toBe(first?.base);
    const after = ((second?.base ?? 0) - 1) as Position;
    expect((await findBeginning(stage.log, { after })).position).toBe(first?.base);
    expect((await findBeginning(stage.log, { after: ((first?.base ?? 0) - 1) as Position })).position).toBe(
      0,
    );
  });

  it('is found with a look at the end of a long log', async () => {
    const stage = await written();
    stage.log.read = 0;
    const late = await stage.reader('recent', { firstRecords: 45, recentRecords: 0 });
    expect(late.state.runs.size).toBe(6);
    // Once to find it, once to prove it, once to fold on.
    expect(stage.log.read).toBeLessThan(130);
  });

  it('is the checkpoint that the log was cut at, for all', async () => {
    const stage = await written();
    const [first] = stage.replica.state.checkpoints.complete;
    await stage.log.trim(first?.base ?? LOG_START);
    for (const from of ['oldest', 'recent', { after: LOG_START }] as const) {
      const late = await stage.reader(from);
      expect(canonicalState(late.state)).toBe(canonicalState(stage.replica.state));
    }
    expect((await findBeginning(stage.log, 'oldest')).position).toBe(first?.base);
  });

  it('is not a checkpoint that is being written, nor one whose leader was deposed meanwhile', async () => {
    const stage = await CheckpointStage.open();
    await stage.run('r1').lead();
    const [base = LOG_START] = stage.replica.state.checkpoints.complete.map((checkpoint) => checkpoint.base);
    const parts = partsIn(stage.log);
    expect(parts.length).toBeGreaterThan(1);
    stage.run('r2');
    const begun = {
      type: 'checkpoint.begun',
      id: 'b',
      atMs: 1,
      by: 'sch-1',
      epoch: 1,
      checkpoint: 'x',
      keptRuns: 9,
    };
    stage.log.add(begun as never);
    const at = stage.log.records.length as Position;
    const theirs = parts.map(
      (part) => ({ ...part, id: `x${part.part}`, checkpoint: 'x', base: at }) as typeof part,
    );
    stage.log.add(...theirs.slice(0, 1));
    expect((await findBeginning(stage.log, 'recent', NOW)).position).toBe(base);
    stage.tell((story) => story.elect('sch-2'));
    stage.log.add(...theirs.slice(1));
    expect((await findBeginning(stage.log, 'recent', NOW)).position).toBe(base);
    const late = await stage.reader('recent', NOW);
    await stage.settle();
    expect(canonicalState(late.state)).toBe(canonicalState(stage.replica.state));
  });

  it('is not missed for second copies of its parts, nor for those of another between them', async () => {
    const stage = await CheckpointStage.open();
    await stage.run('r1').lead();
    const parts = partsIn(stage.log);
    const [base] = stage.replica.state.checkpoints.complete.map((checkpoint) => checkpoint.base);
    const stale = parts.map((part) => ({ ...part, checkpoint: 'stale', epoch: 0 }));
    const first = stage.log.records.findIndex(
      ({ body }) => decodeRecord(body).events[0]?.id === parts[0]?.id,
    );
    stage.log.records.splice(first);
    for (const [at, part] of parts.entries())
      stage.log.add(part, ...parts.slice(0, at), ...stale.slice(at, at + 1));
    expect((await findBeginning(stage.log, 'recent', NOW)).position).toBe(base);
  });

  it.each([
    ['another digest', { digest: 'f'.repeat(64) }],
    ['a text that is none', { data: 'bm90IG91cnM=' }],
  ])('is not a checkpoint with %s', async (_, spoilt) => {
    const stage = await CheckpointStage.open();
    await stage.run('r1').lead();
    const parts = partsIn(stage.log);
    const first = stage.log.records.findIndex(
      ({ body }) => decodeRecord(body).events[0]?.id === parts[0]?.id,
    );
    stage.log.records.splice(first);
    stage.log.add(...parts.map((part) => ({ ...part, ...spoilt })));
    expect((await findBeginning(stage.log, 'recent', NOW)).position).toBe(LOG_START);
  });

  it('is nowhere when something else cut the log', async () => {
    const stage = await CheckpointStage.open();
    stage.run('r1');
    await stage.log.trim(3 as Position);
    await expect(findBeginning(stage.log, 'recent')).rejects.toMatchObject({ code: 'log_incomplete' });
  });

  it('is looked for anew when the log is cut meanwhile', async () => {
    const stage = await written();
    const [first, second] = stage.replica.state.checkpoints.complete;
    await stage.log.trim(first?.base ?? LOG_START);
    let looks = 0;
    stage.log.onTail = () => {
      looks += 1;
      // Right after the first look at where the log begins.
      if (looks === 1) setImmediate(() => void stage.log.trim(second?.base ?? LOG_START));
    };
    const late = await stage.reader('oldest').catch((error: unknown) => (error as { code: string }).code);
    // Either it found the next checkpoint, or it was told in time that its own is gone.
    if (late instanceof Replica) expect(canonicalState(late.state)).toBe(canonicalState(stage.replica.state));
    else expect(late).toBe('log_gap');
  });
});

describe('a reader whose next records are gone', () => {
  it('folds nothing more and says why', async () => {
    const stage = await written();
    const [first, second] = stage.replica.state.checkpoints.complete;
    const slow = new Replica();
    const told: string[] = [];
    slow.listen({ onFault: ({ message }) => void told.push(message) });
    // It has read the beginning, and what comes next is cut off before it gets there.
    const log = {
      head: () => stage.log.head(),
      tail: () => stage.log.tail(),
      follow: (_after: Position, follower: LogFollower) => {
        void Promise.resolve(follower.onRecords(stage.log.records.slice(0, 5))).then(async () => {
          await stage.log.trim(second?.base ?? LOG_START);
          await follower.onRecords(stage.log.records.slice(second?.base ?? 0));
        });
        return Promise.resolve(() => undefined);
      },
    } as unknown as EventLog;
    await expect(slow.start(log)).rejects.toMatchObject({ code: 'log_gap' });
    expect(first?.base).toBeGreaterThan(5);
    expect(slow.position).toBe(5);
    expect(told).toEqual([`the event log was read up to 5, and begins at ${(second?.base ?? 0) + 1} now`]);
  });

  it('goes on where only numbers are missing', async () => {
    const stage = await CheckpointStage.open();
    stage.run('r1');
    const records = stage.log.records.filter(({ position }) => position !== 3);
    const log = {
      head: () => stage.log.head(),
      tail: () => stage.log.tail(),
      follow: (_after: Position, follower: LogFollower) => {
        void follower.onRecords(records);
        return Promise.resolve(() => undefined);
      },
    } as unknown as EventLog;
    const replica = new Replica();
    await replica.start(log);
    expect(replica.fault).toBeUndefined();
    expect(replica.position).toBe(stage.log.records.length);
  });
});
