import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../src/broker/port/codec.ts';
import { CodedError } from '../../src/model/coded-error.ts';
import type { Position } from '../../src/model/ids.ts';
import { trimmable } from '../../src/scheduler/checkpointer.ts';
import { canonicalState } from '../support/canonical-state.ts';
import { CheckpointStage } from '../support/checkpoint-stage.ts';

const complete = (stage: CheckpointStage) => stage.replica.state.checkpoints.complete;

describe('a leader that writes checkpoints', () => {
  it('writes one when the log has grown, in parts, and none before it has grown again', async () => {
    const stage = await CheckpointStage.open({ everyEvents: 20 });
    await stage.run('r1').lead();
    expect(complete(stage)).toEqual([]);
    await stage.run('r2').lead();
    expect(complete(stage)).toHaveLength(1);
    expect(complete(stage)[0]?.parts).toBeGreaterThan(1);
    for (let again = 0; again < 3; again += 1) await stage.lead();
    expect(complete(stage)).toHaveLength(1);
    expect(stage.notices).toEqual([]);
  });

  it('waits longer after a large one', async () => {
    const stage = await CheckpointStage.open({ everyEvents: 20 });
    await stage.run('r1', 'r2').lead();
    const [first] = complete(stage);
    expect(first?.parts).toBeGreaterThan(2);
    await stage.run('r3', 'r4').lead();
    expect(complete(stage)).toHaveLength(1);
    const names = Array.from({ length: first?.parts ?? 0 }, (_, at) => `more-${at}`);
    await stage.run(...names, 'last', 'very-last').lead();
    expect(complete(stage)).toHaveLength(2);
  });

  it('lets the oldest finished runs go that would make it too large, and says so in the log', async () => {
    const stage = await CheckpointStage.open({ runsMaxLength: 3_000 });
    stage.run('r1', 'r2', 'r3', 'r4').tell((story) => story.trigger('diamond', 'open'));
    await stage.lead();
    const kept = [...stage.replica.state.runs.keys()];
    expect(kept).toContain('open');
    expect(kept).toContain('r4');
    expect(kept).not.toContain('r1');
    const late = await stage.reader('recent', { recentRecords: 0 });
    expect(canonicalState(late.state)).toBe(canonicalState(stage.replica.state));
  });

  it('writes none that has more parts than one may have, and says why', async () => {
    const stage = await CheckpointStage.open({ partMaxLength: 5 });
    await stage.run('r1').lead();
    expect(complete(stage)).toEqual([]);
    expect(stage.notices).toEqual([
      'warning: no checkpoint of the log was written: the open runs make it too large (1 MiB)',
    ]);
    await stage.lead();
    expect(stage.notices).toHaveLength(1);
  });

  it('is told, and all others are, when a checkpoint is not the state that they have', async () => {
    const stage = await CheckpointStage.open();
    stage.run('r1');
    const begun = { type: 'checkpoint.begun', by: 'sch-9', epoch: 1, checkpoint: 'x', keptRuns: 9 };
    stage.log.add({ ...begun, id: 'b', atMs: 1 } as never);
    const base = stage.log.records.length;
    await stage.replica.reached(base as Position);
    const text = { base, part: 1, parts: 1, digest: 'f'.repeat(64), data: '' };
    stage.log.add({ ...begun, ...text, type: 'checkpoint.part', id: 'p', atMs: 1, checkpoint: 'x' } as never);
    await stage.settle();
    const doubts = stage.notices.filter((notice) => notice.startsWith('doubt: '));
    expect(doubts).toEqual([
      `doubt: the checkpoint of ${base} by sch-9 is not the state that was folded here; nobody should start from it`,
    ]);
  });
});

describe('a leader that trims the log', () => {
  it('takes away what is before a checkpoint that is old enough, and nothing before that', async () => {
    const stage = await CheckpointStage.open({ keepMs: 1_000 });
    await stage.run('r1').lead();
    const [first] = complete(stage);
    stage.nowMs += 999;
    await stage.lead();
    expect(stage.log.trims).toEqual([]);
    stage.nowMs += 1;
    await stage.lead();
    expect(stage.log.trims).toEqual([first?.base]);
    expect(stage.notices).toEqual([
      `info: trimmed the event log: it begins at ${(first?.base ?? 0) + 1} now, not at 1`,
    ]);
    await stage.lead();
    expect(stage.log.trims).toHaveLength(1);
    const late = await stage.reader();
    expect(canonicalState(late.state)).toBe(canonicalState(stage.replica.state));
  });

  it('is followed by the next one where it died between checkpoint and trim', async () => {
    const stage = await CheckpointStage.open({ keepMs: 1_000 });
    await stage.run('r1').lead();
    stage.tell((story) => story.elect('sch-2'));
    await stage.settle();
    // Whoever leads: what was read back as complete may be trimmed to.
    expect(trimmable(stage.replica.state, stage.nowMs - 1)).toBeUndefined();
    stage.nowMs += 1_000;
    expect(trimmable(stage.replica.state, stage.nowMs - 1_000)).toBe(complete(stage)[0]?.base);
    await stage.lead();
    expect(stage.log.trims).toEqual([complete(stage)[0]?.base]);
  });

  it('never trims to a checkpoint whose parts were refused', async () => {
    const stage = await CheckpointStage.open({ keepMs: 1 });
    stage.run('r1');
    await stage.settle();
    stage.checkpointer.lead(stage.nowMs);
    // Another is elected before the parts are in the log.
    stage.log.append = ((append) => (records) => {
      const isPart = records.some(({ body }) => decodeRecord(body).events[0]?.type === 'checkpoint.part');
      if (isPart) {
        stage.tell((story) => story.elect('sch-2'));
        stage.log.append = append;
      }
      return append.call(stage.log, records);
    })(stage.log.append);
    await stage.settle();
    expect(stage.replica.state.checkpoints.open).toBeDefined();
    stage.nowMs += 10_000;
    await stage.lead();
    expect(complete(stage)).toEqual([]);
    expect(stage.log.trims).toEqual([]);
  });

  it('says once that it may not, and tries again later', async () => {
    const stage = await CheckpointStage.open({ keepMs: 1 });
    await stage.run('r1').lead();
    stage.nowMs += 10;
    const trim = stage.log.trim.bind(stage.log);
    stage.log.trim = () => Promise.reject(new CodedError('broker_denied', 'not allowed'));
    await stage.lead();
    await stage.lead();
    expect(stage.notices).toEqual(['warning: the event log could not be trimmed: not allowed']);
    stage.log.trim = trim;
    await stage.lead();
    expect(stage.log.trims).toHaveLength(1);
  });

  it('never trims where all is to be kept', async () => {
    const stage = await CheckpointStage.open({ keepMs: Number.POSITIVE_INFINITY });
    await stage.run('r1').lead();
    stage.nowMs *= 2;
    await stage.lead();
    expect(stage.log.trims).toEqual([]);
  });
});
