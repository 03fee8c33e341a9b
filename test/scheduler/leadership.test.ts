import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DagName, NodeName, SchedulerId } from '../../src/model/ids.ts';
import { SchedulerStage } from '../support/scheduler-stage.ts';
import { dagOf } from '../support/story.ts';

const ONE = dagOf('one', { only: [] });

let stage: SchedulerStage;

beforeEach(async () => {
  stage = await SchedulerStage.open();
});

afterEach(() => stage.close());

describe('of several candidates', () => {
  it('one leads, and all of them know which', async () => {
    const candidates = await Promise.all(['a', 'b', 'c'].map((id) => stage.scheduler(id)));
    await stage.until(() => candidates.filter(({ isLeading }) => isLeading).length === 1);
    const [elected] = stage.accepted('leader.elected');
    expect(stage.operator.replica.state).toMatchObject({ epoch: 1, leader: elected?.scheduler });
  });

  it('the next leads when the leader resigns', async () => {
    const first = await stage.scheduler('first');
    await stage.until(() => first.isLeading);
    const second = await stage.scheduler('second');
    await first.stop();
    await stage.until(() => second.isLeading);
    expect(first.isLeading).toBe(false);
    expect(stage.accepted('leader.resigned').map(({ scheduler }) => scheduler)).toEqual(['first']);
    expect(stage.operator.replica.state.epoch).toBe(2);
  });

  it('the next leads when the leader falls silent', async () => {
    await stage.append({ type: 'leader.elected', epoch: 1, scheduler: 'dead' as SchedulerId }, 'dead');
    const second = await stage.scheduler('second');
    await stage.until(() => second.isLeading);
    expect(stage.operator.replica.state.epoch).toBe(2);
  });

  it('none stands while the leader is heard', async () => {
    const first = await stage.scheduler('first');
    await stage.until(() => first.isLeading);
    await stage.scheduler('second');
    // Long enough for the second to have stood many times over, was the first not heard.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(stage.accepted('leader.elected').map(({ scheduler }) => scheduler)).toEqual(['first']);
  });
});

describe('a leader that was deposed', () => {
  it('knows it as soon as it has read it, and decides no more', async () => {
    const agent = await stage.agent('srv-1');
    const first = await stage.scheduler('first');
    await stage.until(() => first.isLeading);
    await stage.append({ type: 'leader.elected', epoch: 2, scheduler: 'other' as SchedulerId }, 'other');
    const run = await stage.run(ONE, ['srv-1']);
    await stage.until(() => first.isLeading);
    // It stood again after the silence of the other: what it decides now carries its new epoch.
    await stage.until(() => agent.received.length > 0);
    expect(stage.accepted('attempt.dispatched').map(({ epoch }) => epoch)).toEqual([3]);
    expect(agent.received[0]).toContain(run);
  });

  it('changes nothing by what it still had on its way', async () => {
    const agent = await stage.agent('srv-1');
    await stage.append({ type: 'leader.elected', epoch: 1, scheduler: 'old' as SchedulerId }, 'old');
    await stage.append({ type: 'leader.elected', epoch: 2, scheduler: 'new' as SchedulerId }, 'new');
    const run = await stage.run(ONE, ['srv-1']);
    const late = {
      ...({
        type: 'attempt.dispatched',
        epoch: 1,
        dag: 'one' as DagName,
        run,
        node: 'only' as NodeName,
      } as const),
      ...{ attempt: 1, server: agent.server, incarnation: agent.incarnation },
    };
    expect(await stage.append(late, 'old')).toMatchObject({ accepted: false });
    expect(stage.operator.replica.state.runs.get(run)?.nodes[0]?.status.is).toBe('waiting');
  });
});
