import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, OVERDUE_AFTER_MS } from '../../src/engine/decide.ts';
import { createState, fold } from '../../src/engine/fold.ts';
import type { Dag } from '../../src/model/dag.ts';
import type { Decision, LogEvent, Outcome } from '../../src/model/event.ts';
import type { Incarnation, Position } from '../../src/model/ids.ts';
import type { Run, State } from '../../src/model/state.ts';
import { brokenInvariants } from '../support/engine-checks.ts';
import { anyDag } from '../support/engine-dags.ts';
import { dagOf, fanOf, NOON_MS, Story } from '../support/story.ts';

const nobody: ReadonlySet<Incarnation> = new Set();

/** `n0#1→srv-1`: what is dispatched, in order; other decisions by type and node. */
function told(events: readonly Decision[]): string[] {
  return events.map((event) => {
    if (event.type === 'attempt.dispatched') return `${event.node}#${event.attempt}→${event.server}`;
    return 'node' in event ? `${event.type} ${event.node}` : event.type;
  });
}

const decided = (story: Story, silent = nobody): string[] =>
  told(decide(story.state, story.nowMs, silent, 'sch-1').events);

describe('what a leading scheduler decides', () => {
  it('starts what depends on nothing, then what follows', () => {
    const story = new Story()
      .apply(dagOf('d', { A: [], B: ['A'], C: ['A'], D: ['B', 'C'] }))
      .place({ 'srv-1': ['*'] });
    story.elect().join('srv-1').trigger('d', 'r1');
    expect(decided(story)).toEqual(['A#1→srv-1']);
    story.succeed('r1', 'A', 'srv-1');
    expect(decided(story)).toEqual(['B#1→srv-1', 'C#1→srv-1']);
    story.succeed('r1', 'B', 'srv-1').succeed('r1', 'C', 'srv-1').succeed('r1', 'D', 'srv-1');
    expect(decided(story)).toEqual(['run.finished']);
  });

  it('gives each node to a server that lists it, the least loaded of several', () => {
    const story = new Story().apply(dagOf('d', { A: [], B: [], C: [], D: [] }));
    story
      .place({ 'srv-1': ['A', 'D'], 'srv-2': ['B', 'C', 'D'] })
      .elect()
      .join('srv-1')
      .join('srv-2')
      .trigger('d', 'r1');
    expect(decided(story)).toEqual(['A#1→srv-1', 'B#1→srv-2', 'C#1→srv-2', 'D#1→srv-1']);
  });

  it('fills slots and no more, higher priority first', () => {
    const dag = dagOf('d', { low: [], mid: [], high: [] });
    const priorities: Readonly<Record<string, number>> = { low: 0, mid: 5, high: 9 };
    const nodes = dag.nodes.map((node) => ({ ...node, priority: priorities[node.name] ?? 0 }));
    const story = new Story()
      .apply({ ...dag, nodes })
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1', 2)
      .trigger('d', 'r1');
    expect(decided(story)).toEqual(['high#1→srv-1', 'mid#1→srv-1']);
  });

  it('lets pass-throughs take no slot', () => {
    const dag = fanOf('fan', 50);
    const nodes = dag.nodes.map(({ command: _command, ...node }) => node);
    const story = new Story()
      .apply({ ...dag, nodes })
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1', 1)
      .trigger('fan', 'r1');
    story.succeed('r1', 'split', 'srv-1');
    expect(decided(story)).toHaveLength(50);
  });

  it('leaves a standby alone until all others that list the node are gone', () => {
    const story = new Story().apply(dagOf('d', { A: [] })).place({ 'srv-1': ['A'], spare: ['A'] }, ['spare']);
    story.elect().join('srv-1', 1).join('spare').trigger('d', 'r1');
    expect(decided(story)).toEqual(['A#1→srv-1']);
    story.lose('srv-1');
    expect(decided(story)).toEqual(['A#1→spare']);
  });

  it('declares a silent agent lost before anything else, and moves its nodes then', () => {
    const story = new Story().apply(dagOf('d', { A: [] })).place({ 'srv-1': ['A'], 'srv-2': ['A'] });
    story.elect().join('srv-1').trigger('d', 'r1').start('r1', 'A', 'srv-1').join('srv-2');
    expect(decided(story, new Set(['srv-1/1' as Incarnation]))).toEqual(['agent.lost']);
    story.lose('srv-1');
    expect(decided(story)).toEqual(['A#2→srv-2']);
  });

  it('waits for the end of a backoff, and says when to look again', () => {
    const story = new Story()
      .apply(dagOf('d', { A: [] }))
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1')
      .trigger('d', 'r1');
    story.fail('r1', 'A', 'srv-1');
    const { events, wakeAtMs } = decide(story.state, story.nowMs, nobody, 'sch-1');
    expect(events).toEqual([]);
    expect(wakeAtMs).toBeGreaterThan(story.nowMs);
    expect(told(decide(story.state, wakeAtMs ?? 0, nobody, 'sch-1').events)).toEqual(['A#2→srv-1']);
  });

  it('does not let a clock that ran far ahead stretch a backoff', () => {
    const story = new Story()
      .apply(dagOf('d', { A: [] }))
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1')
      .trigger('d', 'r1');
    story
      .start('r1', 'A', 'srv-1')
      .later(3_600_000)
      .finish('r1', 'A', { is: 'failed', error: 'x', exitCode: 1 });
    expect(told(decide(story.state, NOON_MS, nobody, 'sch-1').events)).toEqual(['A#2→srv-1']);
  });

  it('declares an attempt overdue long after its time, when its agent says nothing of it', () => {
    const dag = dagOf('d', { A: [] });
    const nodes = dag.nodes.map((node) => ({ ...node, timeoutMs: 5_000 }));
    const story = new Story()
      .apply({ ...dag, nodes })
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1')
      .trigger('d', 'r1');
    story.start('r1', 'A', 'srv-1');
    const dueMs = story.nowMs + 5_000 + OVERDUE_AFTER_MS;
    expect(decide(story.state, dueMs - 1, nobody, 'sch-1')).toEqual({ events: [], wakeAtMs: dueMs });
    expect(told(decide(story.state, dueMs, nobody, 'sch-1').events)).toEqual(['attempt.overdue A']);
  });

  it('settles a whole chain behind a failure at once', () => {
    const names = Array.from({ length: 200 }, (_, at) => `n${at}`);
    const chain = dagOf(
      'd',
      Object.fromEntries(names.map((name, at) => [name, at === 0 ? [] : [`n${at - 1}`]])),
    );
    const nodes = chain.nodes.map((node) => ({ ...node, retry: { ...node.retry, limit: 0 } }));
    const story = new Story()
      .apply({ ...chain, nodes })
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1')
      .trigger('d', 'r1');
    story.fail('r1', 'n0', 'srv-1');
    expect(decided(story)).toEqual(names.slice(1).map((name) => `node.upstream_failed ${name}`));
  });

  it('starts nothing of a run that is paused', () => {
    const story = new Story()
      .apply(dagOf('d', { A: [] }))
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1')
      .trigger('d', 'r1');
    expect(decided(story.steer('run.paused', 'r1'))).toEqual([]);
    expect(decided(story.steer('run.resumed', 'r1'))).toEqual(['A#1→srv-1']);
  });
});

/** Nodes that a run was not to execute and that have an attempt all the same: by name, found in the dag's own words. */
function ranOutside(run: Run): readonly string[] {
  const inside = new Set<string>(run.scope?.from ?? run.definition.dag.nodes.map(({ name }) => name));
  for (const node of run.definition.dag.nodes)
    if (node.depends.some((name) => inside.has(name))) inside.add(node.name);
  return run.definition.dag.nodes.flatMap(({ name }, index) =>
    !inside.has(name) && (run.nodes[index]?.attempts.length ?? 0) > 0 ? [name] : [],
  );
}

describe('decide and fold together', () => {
  /** Any ends of commands, in any order, until nothing is left to do. */
  function playOut(dags: readonly Dag[], ends: readonly number[]): State {
    const state = createState();
    let position = 0;
    let nowMs = NOON_MS;
    const say = (fields: object): void => {
      position += 1;
      const event = { id: `e${position}`, atMs: nowMs, by: 'test', ...fields } as unknown as LogEvent;
      const verdict = fold(state, event, position as Position);
      // It proposes only what the fold accepts on the same state.
      expect(verdict, JSON.stringify(event)).toEqual({ accepted: true });
      expect(brokenInvariants(state)).toEqual([]);
    };
    const servers = [{ host: 's1', nodes: [{ everything: true }], labels: {}, standby: false }];
    for (const [at, dag] of dags.entries()) say({ type: 'dag.applied', hash: `h${at}`, dag });
    say({ type: 'placement.applied', placement: { servers } });
    say({ type: 'leader.elected', epoch: 1, scheduler: 'a' });
    say({
      type: 'agent.joined',
      server: 's1',
      incarnation: 'i1',
      journal: 'j1',
      names: [],
      slots: 3,
      labels: {},
      version: '1',
    });
    for (const [at, dag] of dags.entries()) {
      const trigger = { type: 'run.triggered', dag: dag.name, hash: `h${at}`, params: {} };
      say({ ...trigger, run: `r${at}` });
      const from = dag.nodes.flatMap(({ name }, node) =>
        (ends[node % ends.length] ?? 0) % 3 === 0 ? name : [],
      );
      if (from.length > 0) say({ ...trigger, run: `part${at}`, from });
    }
    const outcomes: readonly Outcome[] = [
      { is: 'succeeded' },
      { is: 'failed', error: 'x', exitCode: 1 },
      { is: 'lost', error: 'x' },
    ];
    for (let step = 0; step < 2_000 && state.openRuns.size > 0; step += 1) {
      const { events, wakeAtMs } = decide(state, nowMs, nobody, 'a');
      for (const event of events) say(event);
      const open = [...state.openRuns].flatMap((run) => [...run.active].map((index) => ({ run, index })));
      const chosen = open[(ends[step % ends.length] ?? 0) % Math.max(1, open.length)];
      if (chosen === undefined) {
        nowMs = wakeAtMs ?? nowMs;
        continue;
      }
      const { run, index } = chosen;
      const attempt = run.nodes[index]?.attempts.at(-1);
      const node = run.definition.dag.nodes[index];
      const outcome =
        node?.command === undefined
          ? outcomes[0]
          : outcomes[(ends[(step * 7) % ends.length] ?? 0) % outcomes.length];
      say({
        type: 'attempt.finished',
        dag: run.dag,
        run: run.id,
        node: node?.name,
        attempt: attempt?.number,
        server: 's1',
        incarnation: 'i1',
        outcome,
      });
    }
    return state;
  }

  it('bring every run of any dag to an end, whatever its commands do', () => {
    fc.assert(
      fc.property(
        fc.tuple(anyDag('d0', 9), anyDag('d1', 5)),
        fc.array(fc.nat(1_000), { minLength: 5, maxLength: 40 }),
        (dags, ends) => {
          const state = playOut(dags, ends);
          expect(state.openRuns.size).toBe(0);
          expect(state.runs.size).toBeGreaterThanOrEqual(2);
          for (const run of state.runs.values()) expect(ranOutside(run)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
