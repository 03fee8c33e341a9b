import fc from 'fast-check';
import type { LogEvent } from '../../src/model/event.ts';
import { anyDag } from './engine-dags.ts';

/** Any event at all, its names from pools so small that they meet; most are nonsense where they stand. */
function anyEvent(withCheckpoints: boolean): fc.Arbitrary<LogEvent> {
  const run = { dag: fc.constant('d'), run: fc.constantFrom('r1', 'r2') };
  const node = { ...run, node: fc.constantFrom('n0', 'n1', 'n2', 'n3') };
  const server = {
    server: fc.constantFrom('s1', 's1', 's2'),
    incarnation: fc.constantFrom('i1', 'i1', 'i1', 'i2'),
  };
  const attempt = { ...node, ...server, attempt: fc.constantFrom(1, 1, 1, 2, 2, 3) };
  const epoch = { epoch: fc.constantFrom(1, 1, 1, 1, 1, 0, 2) };
  const outcome = fc.constantFrom(
    { is: 'succeeded', output: 5 },
    { is: 'failed', error: 'x', exitCode: 1 },
    { is: 'timed_out', error: 'x' },
    { is: 'canceled' },
    { is: 'lost', error: 'x' },
  );
  const typed = (type: string, fields: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record({
      type: fc.constant(type),
      id: fc.integer({ max: 400, min: 1 }).map((id) => `e${id}`),
      atMs: fc.nat(100_000),
      by: fc.constant('test'),
      ...fields,
    });
  const joined = {
    ...server,
    names: fc.constant([]),
    slots: fc.integer({ min: 1, max: 3 }),
    labels: fc.constant({}),
    journal: fc.constantFrom('j1', 'j2'),
    version: fc.constant('1'),
  };
  const checkpoint = { ...epoch, checkpoint: fc.constantFrom('c1', 'c2') };
  const scheduler = { scheduler: fc.constantFrom('a', 'b') };
  const checkpoints = [
    typed('checkpoint.begun', { ...checkpoint, keptRuns: fc.nat(2) }),
    typed('checkpoint.part', {
      ...checkpoint,
      base: fc.integer({ min: 1, max: 150 }),
      part: fc.constantFrom(1, 2),
      parts: fc.constantFrom(1, 2),
      digest: fc.constant('d'),
      data: fc.constant(''),
    }),
  ];
  return fc.oneof(
    ...(withCheckpoints ? checkpoints : []),
    typed('run.triggered', { ...run, hash: fc.constant('h'), params: fc.constant({}) }),
    typed('run.triggered', {
      ...run,
      run: fc.constantFrom('r3', 'r4'),
      hash: fc.constant('h'),
      params: fc.constant({}),
      // None is refused at the wire already.
      from: fc.subarray(['n3', 'n0', 'n1', 'n2', 'n9'], { minLength: 1 }),
    }),
    typed('run.canceled', run),
    typed('run.paused', run),
    typed('run.resumed', run),
    typed('node.retried', { ...node, downstream: fc.boolean() }),
    typed('dag.removed', { name: fc.constant('d') }),
    typed('agent.joined', joined),
    typed('agent.draining', server),
    typed('agent.left', server),
    typed('agent.lost', { ...server, ...epoch }),
    typed('leader.elected', { ...scheduler, ...epoch }),
    typed('leader.resigned', { ...scheduler, ...epoch }),
    { arbitrary: typed('attempt.dispatched', { ...attempt, ...epoch }), weight: 16 },
    { arbitrary: typed('attempt.started', attempt), weight: 5 },
    { arbitrary: typed('attempt.finished', { ...attempt, outcome }), weight: 12 },
    typed('attempt.overdue', { ...attempt, ...epoch }),
    typed('node.skipped', { ...node, ...epoch }),
    typed('node.upstream_failed', { ...node, ...epoch }),
    typed('run.finished', { ...run, ...epoch, outcome: fc.constantFrom('succeeded', 'failed', 'canceled') }),
  ) as unknown as fc.Arbitrary<LogEvent>;
}

/** A dag, two agents and two runs are there, the second of a part of the dag; then anything happens. */
const storyOf = (withCheckpoints: boolean): fc.Arbitrary<LogEvent[]> =>
  fc
    .tuple(
      anyDag('d', 4),
      fc.array(anyEvent(withCheckpoints), { minLength: 100, maxLength: 150, size: 'max' }),
    )
    .map(([dag, events]): LogEvent[] => {
      const first = (fields: object, at: number) => ({ id: `first-${at}`, atMs: 0, by: 'test', ...fields });
      const join = { type: 'agent.joined', names: [], slots: 3, labels: {}, version: '1' };
      const start = [
        { type: 'dag.applied', hash: 'h', dag },
        { ...join, server: 's1', incarnation: 'i1', journal: 'j1' },
        { ...join, server: 's2', incarnation: 'i1', journal: 'j2' },
        { type: 'leader.elected', epoch: 1, scheduler: 'a' },
        { type: 'run.triggered', dag: 'd', run: 'r1', hash: 'h', params: {} },
        {
          type: 'run.triggered',
          dag: 'd',
          run: 'r2',
          hash: 'h',
          params: {},
          from: [dag.nodes[1]?.name ?? 'n0'],
        },
      ];
      return [...(start.map(first) as unknown as LogEvent[]), ...events];
    });

export const anyStory = storyOf(false);
/** Runs may leave memory at any moment, and an id may come again for another run. */
export const anyStoryWithCheckpoints = storyOf(true);
