import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fold } from '../../src/engine/fold.ts';
import { attemptCells, runCells, runOf, summaryOf } from '../../src/history/run-rows.ts';
import { runSummary } from '../../src/history/port/run-summary.ts';
import { tables } from '../../src/history/tables.ts';
import type { LogEvent, Outcome } from '../../src/model/event.ts';
import type { Position } from '../../src/model/ids.ts';
import type { Run, State } from '../../src/model/state.ts';
import { anyStory } from '../support/any-story.ts';
import { canonicalState } from '../support/canonical-state.ts';
import { folded, inOrder } from '../support/history-stage.ts';
import { DIAMOND, Story } from '../support/story.ts';

/** Cancels what goes on, so that every run has an end. */
function endAll(state: State): void {
  let at = 1_000_000;
  const tell = (fields: object): void =>
    void fold(
      state,
      { id: `end-${(at += 1)}`, atMs: at, by: 'op:ann@desk', ...fields } as unknown as LogEvent,
      at as Position,
    );
  for (const run of [...state.openRuns]) {
    const ids = { dag: run.dag, run: run.id };
    tell({ type: 'run.canceled', ...ids });
    for (const index of [...run.active]) {
      const attempt = run.nodes[index]?.attempts.at(-1);
      const node = run.definition.dag.nodes[index]?.name;
      const key = { ...ids, node, attempt: attempt?.number, server: attempt?.server };
      tell({ type: 'attempt.finished', ...key, incarnation: 'i', outcome: { is: 'canceled' } });
    }
    for (const outcome of ['canceled', 'failed', 'succeeded'])
      tell({ type: 'run.finished', ...ids, epoch: state.epoch, outcome });
  }
}

function throughRows(run: Run): Run | undefined {
  const [row] = inOrder(tables.runs, [runCells(run)]);
  const attempts = run.nodes.flatMap((node, index) =>
    node.attempts.map((attempt) =>
      attemptCells(run.id, run.definition.dag.nodes[index]?.name ?? ('' as never), attempt),
    ),
  );
  if (row === undefined) throw new Error('no row');
  const hash = run.definition.hash;
  return runOf({ ...row, hash }, inOrder(tables.attempts, attempts), run.definition);
}

it('gives back any run that has ended just as it was folded', () => {
  let ended = 0;
  fc.assert(
    fc.property(anyStory, (events) => {
      const state = folded(events);
      endAll(state);
      for (const run of state.runs.values()) {
        expect(run.end).toBeDefined();
        ended += 1;
        expect(throughRows(run)).toEqual(run);
        expect(canonicalState({ runs: throughRows(run) } as never)).toBe(
          canonicalState({ runs: run } as never),
        );
      }
    }),
    { numRuns: 200 },
  );
  expect(ended).toBeGreaterThan(300);
});

it.each<[string, Outcome, string]>([
  [
    'bytes that no database takes',
    { is: 'failed', error: 'a\0b \uD800 \uFFFD0000 \uDC00', signal: 'SIG\0' },
    'x\0\uFFFD',
  ],
  [
    'an output with all kinds of values',
    { is: 'succeeded', output: { a: [null, 1.5, '\0', { é: '🎉\uD83D' }] } },
    '',
  ],
  ['no output', { is: 'succeeded' }, 'tail'],
  ['an output that is null', { is: 'succeeded', output: null }, ''],
  ['exit code and signal', { is: 'failed', error: '', exitCode: 137, signal: 'SIGKILL' }, ''],
])('keeps %s', (_, outcome, tail) => {
  const story = new Story()
    .apply(DIAMOND)
    .place({ s: ['*'] })
    .elect()
    .join('s');
  story.trigger('diamond', 'r', 'op:\0\uDC00@desk').start('r', 'A', 's').finish('r', 'A', outcome, tail);
  story.steer('run.paused', 'r').steer('run.resumed', 'r').steer('run.canceled', 'r').end('r', 'canceled');
  const run = story.run('r');
  expect(throughRows(run)).toEqual(run);
});

it('summarises a run as the run itself does', () => {
  const story = new Story()
    .apply(DIAMOND)
    .place({ s: ['*'] })
    .elect()
    .join('s')
    .trigger('diamond', 'r')
    .fail('r', 'A', 's', 'no such file');
  const run = story.run('r');
  const [row] = inOrder(tables.runs, [runCells(run)]);
  expect(summaryOf({ ...row, hash: run.definition.hash })).toEqual(runSummary(run));
});

it('gives no run that goes on, and none whose rows are not of its definition', () => {
  const story = new Story().apply(DIAMOND).elect().trigger('diamond', 'r');
  expect(throughRows(story.run('r'))).toBeUndefined();
  story.steer('run.canceled', 'r').end('r', 'canceled');
  const run = story.run('r');
  const [row] = inOrder(tables.runs, [runCells(run)]);
  const other = new Story().apply({ ...DIAMOND, nodes: DIAMOND.nodes.slice(0, 2) }).state.definitions;
  const [definition] = other.values();
  if (row === undefined || definition === undefined) throw new Error('no row');
  expect(runOf({ ...row, hash: 'h' }, [], definition)).toBeUndefined();
});
