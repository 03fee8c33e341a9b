import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Broker } from '../../src/broker/port/port.ts';
import { attemptLabel } from '../../src/model/ids.ts';
import type { DagName, NodeName, RunId } from '../../src/model/ids.ts';
import { SchedulerStage } from '../support/scheduler-stage.ts';
import type { IdleAgent } from '../support/scheduler-stage.ts';
import { dagOf } from '../support/story.ts';

const CHAIN = dagOf('chain', { A: [], B: ['A'] });

let stage: SchedulerStage;

beforeEach(async () => {
  stage = await SchedulerStage.open();
});

afterEach(() => stage.close());

/** As an agent reports it. */
function succeeds(run: RunId, node: string, { server, incarnation }: IdleAgent) {
  const key = { dag: 'chain' as DagName, run, node: node as NodeName, attempt: 1, server, incarnation };
  return stage.append({ type: 'attempt.finished', ...key, outcome: { is: 'succeeded' } }, incarnation);
}

/** Whether it got the first attempt of a node; what is not started comes more than once. */
function has({ received }: IdleAgent, run: RunId, node: string): boolean {
  return received.some((label) => label === attemptLabel({ run, node: node as NodeName, attempt: 1 }));
}

describe('a run', () => {
  it('goes node by node to the inbox of the server, and ends', async () => {
    const agent = await stage.agent('srv-1');
    await stage.scheduler('a');
    const run = await stage.run(CHAIN, ['srv-1']);
    await stage.until(() => has(agent, run, 'A'));
    expect(has(agent, run, 'B')).toBe(false);
    await succeeds(run, 'A', agent);
    await stage.until(() => has(agent, run, 'B'));
    await succeeds(run, 'B', agent);
    await stage.until(() => stage.accepted('run.finished').length === 1);
    expect(stage.accepted('run.finished')[0]).toMatchObject({ run, outcome: 'succeeded' });
  });

  it('that is paused gets nothing until it is resumed', async () => {
    const agent = await stage.agent('srv-1');
    const run = await stage.run(CHAIN, ['srv-1']);
    await stage.append({ type: 'run.paused', dag: CHAIN.name, run });
    const scheduler = await stage.scheduler('a');
    await stage.until(() => scheduler.isLeading);
    const other = await stage.run(dagOf('other', { X: [] }), ['srv-1']);
    await stage.until(() => agent.received.length > 0);
    expect(agent.received[0]).toContain(other);
    await stage.append({ type: 'run.resumed', dag: CHAIN.name, run });
    await stage.until(() => agent.received.some((label) => label.includes(run)));
  });

  it('is spread over the servers that list its nodes', async () => {
    const agents = [await stage.agent('srv-1'), await stage.agent('srv-2')];
    await stage.scheduler('a');
    await stage.run(dagOf('wide', { a: [], b: [], c: [], d: [] }), ['srv-1', 'srv-2']);
    await stage.until(() => stage.accepted('attempt.dispatched').length === 4);
    await stage.until(() => agents.every(({ received }) => new Set(received).size === 2));
  });
});

describe('work that does not arrive', () => {
  it('is sent again until it is started', async () => {
    const agent = await stage.agent('srv-1');
    let dropped = 0;
    const lossy = (broker: Broker): Broker => ({
      ...bound(broker),
      inbox: {
        receive: broker.inbox.receive.bind(broker.inbox),
        // The broker confirms and loses it: the worst that can happen.
        send: (server, messages) => {
          dropped += 1;
          return dropped <= 2 ? Promise.resolve() : broker.inbox.send(server, messages);
        },
      },
    });
    await stage.scheduler('a', lossy);
    await stage.run(CHAIN, ['srv-1']);
    await stage.until(() => agent.received.length > 0);
    expect(dropped).toBeGreaterThan(2);
    expect(stage.accepted('attempt.dispatched')).toHaveLength(1);
  });

  it('is sent again by the next leader, as the same attempt', async () => {
    const agent = await stage.agent('srv-1');
    const mute = (broker: Broker): Broker => ({
      ...bound(broker),
      inbox: {
        receive: broker.inbox.receive.bind(broker.inbox),
        send: () => Promise.reject(new Error('mute')),
      },
    });
    const first = await stage.scheduler('first', mute);
    await stage.run(CHAIN, ['srv-1']);
    await stage.until(() => stage.accepted('attempt.dispatched').length === 1);
    expect(agent.received).toEqual([]);
    await first.stop();
    await stage.scheduler('second');
    await stage.until(() => agent.received.length > 0);
    expect(stage.accepted('attempt.dispatched')).toHaveLength(1);
  });
});

describe('a server whose agent falls silent', () => {
  it('is lost, and its work moves', async () => {
    const alive = await stage.agent('srv-2');
    const silent = await stage.agent('srv-1');
    const scheduler = await stage.scheduler('a');
    await stage.until(() => scheduler.isLeading);
    const run = await stage.run(dagOf('pair', { a: [], b: [] }), ['srv-1', 'srv-2']);
    await stage.until(() => silent.received.length > 0 && alive.received.length > 0);
    silent.fallSilent();
    await stage.until(() => stage.accepted('agent.lost').length > 0);
    expect(stage.accepted('agent.lost')[0]?.server).toBe('srv-1');
    await stage.until(() => new Set(alive.received).size === 2);
    expect(alive.received.every((label) => label.includes(run))).toBe(true);
  });

  it('before it ever beat is lost too', async () => {
    await stage.agent('srv-1', { beats: false });
    await stage.scheduler('a');
    await stage.until(() => stage.accepted('agent.lost').length === 1);
  });
});

/** The parts of an adapter, whose methods live on its prototype. */
function bound(broker: Broker): Broker {
  return {
    kind: broker.kind,
    log: broker.log,
    inbox: broker.inbox,
    bus: broker.bus,
    onLink: broker.onLink.bind(broker),
    probe: broker.probe.bind(broker),
    close: broker.close.bind(broker),
  };
}
