import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runDetail } from '../../src/api/answers/run.ts';
import type { RunDetail } from '../../src/api/contract/runs.ts';
import { createState, fold } from '../../src/engine/fold.ts';
import { retryScope } from '../../src/engine/fold-retry.ts';
import type { Position } from '../../src/model/ids.ts';
import type { Run, State } from '../../src/model/state.ts';
import { renderSvg } from '../../src/view/run-svg.ts';
import { timelineOf } from '../../src/view/timeline.ts';
import { cancelConsequence, retryConsequence } from '../../src/view/consequence.ts';
import { serverAnswers } from '../../src/api/answers/server.ts';
import { definitionOfDrawing, mergeRun } from '../../src/web/data/run-model.ts';
import type { RunModel } from '../../src/web/data/run-model.ts';
import { worldOf } from '../../src/web/data/world.ts';
import { anyStory } from '../support/any-story.ts';
import { DIAMOND, Story } from '../support/story.ts';

const NOW_MS = 200_000;

/** As it comes over the wire. */
function answerOf(state: State, run: Run, changed?: ReadonlySet<number>): RunDetail {
  const detail = runDetail(state, run, NOW_MS, { changed, position: 1, source: 'live' });
  return JSON.parse(JSON.stringify(detail)) as RunDetail;
}

/** All that the page works out from a run. */
function workedOut(run: Run) {
  const { nodes } = run.definition.dag;
  return {
    states: run.nodes.map(({ status }) => status.is),
    ready: [...run.ready].sort((a, b) => a - b),
    retrying: [...run.retrying].sort((a, b) => a - b),
    active: [...run.active].sort((a, b) => a - b),
    upstream: run.nodes.map(({ upstream }) => upstream),
    unsettled: run.unsettled,
    end: run.end,
    paused: run.paused,
    pauses: run.pauses,
    outside: run.scope && [...run.scope.inside],
    retries: nodes.flatMap(({ name }) => [retryScope(run, name, false), retryScope(run, name, true)]),
    cancel: cancelConsequence(run),
    timeline: timelineOf(run, NOW_MS),
    svg: renderSvg(run.definition, run),
  };
}

describe('a run that the page made of what the API tells', () => {
  it('is the run that the engine has, after every event of any story', () => {
    fc.assert(
      fc.property(anyStory, (events) => {
        const state = createState();
        for (const [at, event] of events.entries()) {
          fold(state, event, (at + 1) as Position);
        }
        for (const run of state.runs.values()) {
          const model = mergeRun(run.definition, undefined, answerOf(state, run));
          expect(model && workedOut(model.run)).toEqual(workedOut(run));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is the same when it was told of changes alone', () => {
    fc.assert(
      fc.property(anyStory, (events) => {
        const state = createState();
        const models = new Map<Run, RunModel>();
        for (const [at, event] of events.entries()) {
          const before = new Map([...state.runs.values()].map((run) => [run, statesOf(state, run)]));
          fold(state, event, (at + 1) as Position);
          for (const run of state.runs.values()) {
            const old = before.get(run);
            const known = models.get(run);
            const now = statesOf(state, run);
            const changed = new Set(now.flatMap((text, index) => (text === old?.[index] ? [] : [index])));
            const answer = answerOf(state, run, known === undefined ? undefined : changed);
            const model = mergeRun(run.definition, known, answer);
            if (model !== undefined) models.set(run, model);
          }
        }
        for (const run of state.runs.values())
          expect(models.get(run)?.run && workedOut(models.get(run)?.run ?? run)).toEqual(workedOut(run));
      }),
      { numRuns: 60 },
    );
  });

  it('is nothing when only a part of it was told', () => {
    const story = new Story().apply(DIAMOND).trigger('diamond', 'r1');
    const run = story.run('r1');
    expect(mergeRun(run.definition, undefined, answerOf(story.state, run, new Set([1])))).toBeUndefined();
  });
});

function statesOf(state: State, run: Run): string[] {
  return answerOf(state, run).nodes.map((node) => JSON.stringify(node));
}

describe('the servers as the API tells of them', () => {
  it('are enough for the question whether to retry: it is the one of the terminal', () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['A', 'B'], 'srv-2': ['B', '*'], 'srv-3': ['D'] }, ['srv-2'])
      .elect()
      .join('srv-1')
      .join('srv-2')
      .trigger('diamond', 'r1')
      .succeed('r1', 'A', 'srv-1')
      .fail('r1', 'B', 'srv-1')
      .fail('r1', 'C', 'srv-2');
    const run = story.run('r1');
    const model = mergeRun(run.definition, undefined, answerOf(story.state, run));
    if (model === undefined) throw new Error('no model');
    const world = worldOf(serverAnswers(story.state, new Map(), NOW_MS), model.run);
    for (const nodes of [['B'], ['C'], ['B', 'C']])
      for (const downstream of [false, true])
        expect(retryConsequence(world, model.run, nodes as never, downstream)).toEqual(
          retryConsequence(story.state, run, nodes as never, downstream),
        );
  });
});

it('a version that nobody keeps is drawn by its nodes and edges', () => {
  const definition = definitionOfDrawing({
    dag: 'd',
    hash: 'h',
    nodes: [{ name: 'b' }, { name: 'a' }],
    edges: [['a', 'b']],
  });
  if (typeof definition === 'string') throw new Error(definition);
  expect(definition.upstream).toEqual([[1], []]);
});
