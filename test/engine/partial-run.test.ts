import { describe, expect, it } from 'vitest';
import { findStartable } from '../../src/agent/startable.ts';
import { decide } from '../../src/engine/decide.ts';
import { retryScope } from '../../src/engine/fold-retry.ts';
import { fold } from '../../src/engine/fold.ts';
import type { Dag, TriggerRule } from '../../src/model/dag.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Incarnation, NodeName, Position, RunId } from '../../src/model/ids.ts';
import { progressOf } from '../../src/view/progress.ts';
import { estimateOf } from '../../src/view/estimate.ts';
import { dagOf, DIAMOND, Story } from '../support/story.ts';

function storyOf(dag: Dag): Story {
  return new Story()
    .apply(dag)
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1', 9);
}

function withRule(dag: Dag, name: string, triggerRule: TriggerRule): Dag {
  const nodes = dag.nodes.map((node) => (node.name === name ? { ...node, triggerRule } : node));
  return { ...dag, nodes: nodes.map((node) => ({ ...node, retry: { ...node.retry, limit: 0 } })) };
}

/** What a scheduler would do now: `B#1`, `node.skipped C`, `run.finished succeeded`. */
function next(story: Story): string[] {
  return decide(story.state, story.nowMs, new Set(), 'sch-1').events.map((event) => {
    if (event.type === 'attempt.dispatched') return `${event.node}#${event.attempt}`;
    if (event.type === 'run.finished') return `${event.type} ${event.outcome}`;
    return 'node' in event ? `${event.type} ${event.node}` : event.type;
  });
}

const states = (story: Story, run: string): string[] => story.run(run).nodes.map(({ status }) => status.is);

describe('a run that starts at a node', () => {
  it('executes that and all that comes after it, and has skipped the rest from the start', () => {
    const story = storyOf(DIAMOND).triggerFrom('diamond', 'r1', 'B');
    expect(states(story, 'r1')).toEqual(['skipped', 'waiting', 'skipped', 'waiting', 'waiting']);
    expect(progressOf(story.run('r1'))).toEqual({ done: 0, total: 3 });
    expect(next(story)).toEqual(['B#1']);
    story.succeed('r1', 'B', 'srv-1');
    expect(next(story)).toEqual(['D#1']);
    story.succeed('r1', 'D', 'srv-1').succeed('r1', 'E', 'srv-1');
    expect(next(story)).toEqual(['run.finished succeeded']);
  });

  it('may start at several, of which one that comes after another waits for it', () => {
    const story = storyOf(DIAMOND).triggerFrom('diamond', 'r1', 'D', 'C', 'C');
    expect(story.run('r1').scope?.from).toEqual(['D', 'C']);
    expect(next(story)).toEqual(['C#1']);
    story.succeed('r1', 'C', 'srv-1');
    expect(next(story)).toEqual(['D#1']);
  });

  it.each([
    ['all_success', 'upstream_failed'],
    ['all_failed', 'start'],
    ['one_failed', 'start'],
    ['all_done', 'start'],
    ['none_failed', 'upstream_failed'],
    ['none_failed_min_one_success', 'upstream_failed'],
    ['one_success', 'upstream_failed'],
    ['always', 'start'],
    [{ atLeast: 2 }, 'upstream_failed'],
  ] as const)('asks by %j only for what is inside: here for B, which failed', (rule, expected) => {
    const story = storyOf(withRule(DIAMOND, 'D', rule)).triggerFrom('diamond', 'r1', 'B');
    story.fail('r1', 'B', 'srv-1');
    expect(next(story)[0]).toBe(expected === 'start' ? 'D#1' : 'node.upstream_failed D');
  });

  it('wants of a quorum no more than there are inside', () => {
    const dag = dagOf('q', { A: [], B: [], C: [], Q: ['A', 'B', 'C'] });
    const story = storyOf(withRule(dag, 'Q', { atLeast: 2 }));
    story.triggerFrom('q', 'one', 'A').succeed('one', 'A', 'srv-1');
    expect(next(story)).toEqual(['Q#1']);
    story.succeed('one', 'Q', 'srv-1').triggerFrom('q', 'all', 'A', 'B', 'C').succeed('all', 'A', 'srv-1');
    expect(next(story)).not.toContain('Q#1');
  });

  it('gives a node nothing from outside', () => {
    const story = storyOf(DIAMOND).triggerFrom('diamond', 'r1', 'B');
    story.start('r1', 'B', 'srv-1').finish('r1', 'B', { is: 'succeeded', output: 5 });
    story.dispatch('r1', 'D', 'srv-1');
    const key = { run: 'r1' as RunId, node: 'D' as NodeName, attempt: 1 };
    const [startable] = findStartable(story.state, 'srv-1/1' as Incarnation, [key]);
    expect(startable?.job?.inputs).toEqual({ B: 5 });
  });

  it('keeps to its part when it is retried, canceled and retried again', () => {
    const story = storyOf(DIAMOND).triggerFrom('diamond', 'r1', 'B').succeed('r1', 'B', 'srv-1');
    const run = story.run('r1');
    expect(retryScope(run, 'A' as NodeName, true)).toBe('A is not part of this run, which starts at B');
    story.steer('run.canceled', 'r1');
    expect(states(story, 'r1')).toEqual(['skipped', 'succeeded', 'skipped', 'canceled', 'canceled']);
    story.end('r1', 'canceled').retry('r1', 'B', true);
    expect(states(story, 'r1')).toEqual(['skipped', 'waiting', 'skipped', 'waiting', 'waiting']);
    expect(next(story)).toEqual(['B#2']);
  });

  it('tells as little of what it did not execute as if it had not been', () => {
    const story = storyOf(DIAMOND);
    for (const run of ['old-1', 'old-2', 'old-3']) {
      story.triggerFrom('diamond', run, 'D').succeed(run, 'D', 'srv-1').succeed(run, 'E', 'srv-1');
      story.end(run, 'succeeded');
    }
    story.triggerFrom('diamond', 'part', 'E').trigger('diamond', 'whole');
    const estimate = (run: string) => estimateOf(story.state, story.run(run), story.nowMs);
    expect(estimate('part')).toMatchObject({ leftMs: 400, isAtLeast: false });
    expect(estimate('whole')).toMatchObject({ leftMs: 800, isAtLeast: true });
  });

  it.each([
    [['B', 'Z'], 'diamond has no node Z'],
    [[], 'a run that starts at nodes must name one'],
  ])('is refused from %j', (from, reason) => {
    const story = storyOf(DIAMOND);
    const ids = { dag: 'diamond', run: 'r1', hash: 'hash-diamond', params: {}, from };
    const event = { type: 'run.triggered', id: 'x', atMs: 0, by: 'op:a', ...ids } as unknown as LogEvent;
    expect(fold(story.state, event, 99 as Position)).toEqual({ accepted: false, reason });
    expect(story.state.runs.size).toBe(0);
  });
});
