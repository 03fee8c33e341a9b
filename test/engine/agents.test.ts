import { describe, expect, it } from 'vitest';
import { createState, fold } from '../../src/engine/fold.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Position } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import type { State, Verdict } from '../../src/model/state.ts';
import { dagOf } from '../support/story.ts';

/** A log of one's own: what is said is folded, and what the fold says to it comes back. */
class Log {
  readonly state: State = createState();
  #position = 0;

  constructor() {
    this.say({ type: 'dag.applied', hash: 'h', dag: dagOf('d', { A: [], B: ['A'] }) });
    this.say({ type: 'leader.elected', epoch: 1, scheduler: 'a' });
    this.join('i1');
    this.say({ type: 'run.triggered', dag: 'd', run: 'r1', hash: 'h', params: {} });
  }

  say(fields: object): Verdict {
    this.#position += 1;
    const event = {
      id: `e${this.#position}`,
      atMs: this.#position,
      by: 'test',
      ...fields,
    } as unknown as LogEvent;
    return fold(this.state, event, this.#position as Position);
  }

  join(incarnation: string, journal = 'j1'): Verdict {
    return this.say({
      type: 'agent.joined',
      server: 's1',
      incarnation,
      journal,
      names: [],
      slots: 4,
      labels: {},
      version: '1',
    });
  }

  attempt(type: string, fields: object = {}): Verdict {
    return this.say({
      type,
      dag: 'd',
      run: 'r1',
      node: 'A',
      attempt: 1,
      server: 's1',
      incarnation: 'i1',
      ...fields,
    });
  }

  get nodeA() {
    const node = this.state.runs.get('r1' as never)?.nodes[0];
    if (node === undefined) throw new Error('no node');
    return {
      is: node.status.is,
      outcomes: node.attempts.map(({ outcome }) => outcome?.is),
      losses: node.losses,
      failures: node.failures,
    };
  }
}

const succeeded = { outcome: { is: 'succeeded' } };

describe('an agent and its attempts', () => {
  it('that joins again with its journal keeps what was not started, and loses what ran', () => {
    const queued = new Log();
    queued.attempt('attempt.dispatched', { epoch: 1 });
    expect(queued.join('i2').accepted).toBe(true);
    expect(queued.nodeA).toMatchObject({ is: 'queued', losses: 0 });
    const running = new Log();
    running.attempt('attempt.dispatched', { epoch: 1 });
    running.attempt('attempt.started');
    running.join('i2');
    expect(running.nodeA).toMatchObject({ is: 'waiting', outcomes: ['lost'], losses: 1, failures: 0 });
  });

  it('that joins with another journal loses all: nobody knows what had begun', () => {
    const log = new Log();
    log.attempt('attempt.dispatched', { epoch: 1 });
    log.join('i2', 'j2');
    expect(log.nodeA).toMatchObject({ is: 'waiting', outcomes: ['lost'] });
  });

  it('that leaves gives back what it had not started, without a charge', () => {
    const log = new Log();
    log.attempt('attempt.dispatched', { epoch: 1 });
    expect(log.say({ type: 'agent.left', server: 's1', incarnation: 'i1' }).accepted).toBe(true);
    expect(log.nodeA).toMatchObject({ is: 'waiting', losses: 0, outcomes: ['lost'] });
  });

  it('is heard late with a result, which stays as evidence and changes nothing (8)', () => {
    const log = new Log();
    log.attempt('attempt.dispatched', { epoch: 1 });
    log.say({ type: 'agent.lost', server: 's1', incarnation: 'i1', epoch: 1 });
    expect(log.attempt('attempt.finished', succeeded)).toEqual({
      accepted: false,
      reason: 'late: the attempt is already lost',
    });
    expect(log.nodeA.outcomes).toEqual(['lost']);
    expect(log.state.runs.get('r1' as never)?.nodes[0]?.attempts[0]?.late).toMatchObject([
      { outcome: { is: 'succeeded' } },
    ]);
  });

  it('spends a budget of losses apart from that of failures', () => {
    const log = new Log();
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect(
        log.attempt('attempt.dispatched', { epoch: 1, attempt, incarnation: `i${attempt}` }).accepted,
      ).toBe(true);
      log.say({ type: 'agent.lost', server: 's1', incarnation: `i${attempt}`, epoch: 1 });
      log.join(`i${attempt + 1}`);
    }
    // max_lost is 3: the fourth loss is the end.
    expect(log.nodeA).toMatchObject({ is: 'lost', losses: 4, failures: 0 });
  });
});

describe('decisions', () => {
  it('of a deposed leader change nothing (3), and an epoch has one leader (4)', () => {
    const log = new Log();
    expect(log.say({ type: 'leader.elected', epoch: 2, scheduler: 'b' }).accepted).toBe(true);
    expect(log.say({ type: 'leader.elected', epoch: 2, scheduler: 'c' })).toMatchObject({ accepted: false });
    expect(log.attempt('attempt.dispatched', { epoch: 1 })).toEqual({
      accepted: false,
      reason: 'epoch 1 is not the present one, 2',
    });
    expect(log.nodeA.is).toBe('waiting');
  });

  it('never skip an attempt, start against the rule, or go to whom is not there (6, 7)', () => {
    const log = new Log();
    const reason = (fields: object): string => {
      const verdict = log.attempt('attempt.dispatched', { epoch: 1, ...fields });
      return verdict.accepted ? 'accepted' : verdict.reason;
    };
    expect(reason({ attempt: 2 })).toBe('its next attempt is 1');
    expect(reason({ node: 'B' })).toBe('its trigger rule does not hold');
    expect(reason({ incarnation: 'i9' })).toBe('the agent is not there');
    expect(reason({ node: 'Z' })).toBe('d has no node Z');
    expect(reason({})).toBe('accepted');
    expect(reason({ attempt: 2 })).toBe('the node is queued');
  });
});

describe('what operators say', () => {
  it('counts once, whatever the number of copies (5)', () => {
    const log = new Log();
    expect(log.say({ type: 'run.paused', dag: 'd', run: 'r1', id: 'x' }).accepted).toBe(true);
    expect(log.say({ type: 'run.resumed', dag: 'd', run: 'r1', id: 'y' }).accepted).toBe(true);
    expect(log.say({ type: 'run.paused', dag: 'd', run: 'r1', id: 'x' })).toEqual({
      accepted: false,
      reason: 'seen before',
    });
    expect(log.state.runs.get('r1' as never)?.paused).toBe(false);
  });

  it('retries with fresh budgets, and takes along what never ran', () => {
    const log = new Log();
    log.attempt('attempt.dispatched', { epoch: 1 });
    log.say({ type: 'run.canceled', dag: 'd', run: 'r1' });
    log.say({ type: 'run.finished', dag: 'd', run: 'r1', epoch: 1, outcome: 'canceled' });
    expect(log.state.openRuns.size).toBe(0);
    expect(
      log.say({ type: 'node.retried', dag: 'd', run: 'r1', node: 'A', downstream: false }).accepted,
    ).toBe(true);
    const run = log.state.runs.get('r1' as never);
    expect(run?.nodes.map(({ status }) => status.is)).toEqual(['waiting', 'waiting']);
    expect(run?.canceled).toBe(false);
    expect(log.state.openRuns.size).toBe(1);
  });
});

it('forgets the oldest finished runs, and with the last of a version the version', () => {
  const log = new Log();
  log.say({ type: 'dag.removed', name: 'd' });
  for (let at = 0; at < limits.finishedRunsMax + 2; at += 1) {
    const run = `x${at}`;
    if (at === 0)
      log.say({
        type: 'dag.applied',
        hash: 'p',
        dag: { ...dagOf('p', { A: [] }), nodes: dagOf('p', { A: [] }).nodes },
      });
    log.say({ type: 'run.triggered', dag: 'p', run, hash: 'p', params: {} });
    log.say({ type: 'run.canceled', dag: 'p', run });
    log.say({ type: 'run.finished', dag: 'p', run, epoch: 1, outcome: 'canceled' });
  }
  expect(log.state.finishedRuns.size).toBe(limits.finishedRunsMax);
  expect(log.state.runs.has('x0' as never)).toBe(false);
  expect(log.state.definitions.get('p' as never)?.pins).toBe(limits.finishedRunsMax);
  // `d` was removed, and its one run is open: the version stays. (11)
  expect(log.state.definitions.has('h' as never)).toBe(true);
});
