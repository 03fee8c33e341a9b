import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/model/state.ts';
import { estimateOf, estimateText, usualText } from '../../src/view/estimate.ts';
import { nodeFacts } from '../../src/view/node-facts.ts';
import { dagOf, fanOf, NOON_MS, Story, utcTime } from '../support/story.ts';

const DAG = dagOf('night', { get: [], quick: ['get'], slow: ['get'], load: ['quick', 'slow'] });

/** A node that takes so long, from now on; with a second attempt where the first fails. */
function took(told: Story, run: string, node: string, ms: number): Story {
  return told.start(run, node, 'srv-1').later(ms).finish(run, node, { is: 'succeeded' });
}

/** Runs that took: get 10 s, then quick 5 s and slow 60 s, then load 20 s; the middle one twice as long. */
function story(runs = 3): Story {
  const told = new Story()
    .elect()
    .place({ 'srv-1': ['*'] })
    .join('srv-1')
    .apply(DAG);
  for (let at = 0; at < runs; at += 1) {
    const times = at === 1 ? 2 : 1;
    const run = `old-${at}`;
    told.trigger('night', run);
    took(told, run, 'get', times * 10_000);
    told.start(run, 'quick', 'srv-1').start(run, 'slow', 'srv-1');
    told.later(times * 5_000).finish(run, 'quick', { is: 'succeeded' });
    told.later(times * 55_000).finish(run, 'slow', { is: 'succeeded' });
    took(told, run, 'load', times * 20_000);
    told.end(run, 'succeeded');
  }
  return told.trigger('night', 'new');
}

const names = (run: Run, indexes: readonly number[] = []): string =>
  indexes.map((index) => run.definition.dag.nodes[index]?.name ?? '?').join(' → ');

const left = (told: Story): number | undefined => estimateOf(told.state, told.run('new'), told.nowMs)?.leftMs;

describe('how long a run goes on', () => {
  it('is the longest way through what is left, by the medians of earlier runs', () => {
    const told = story();
    const estimate = estimateOf(told.state, told.run('new'), told.nowMs);
    expect(estimate).toMatchObject({ leftMs: 90_000, isAtLeast: false, runs: 3 });
    expect(names(told.run('new'), estimate?.path)).toBe('get → slow → load');
    took(told, 'new', 'get', 10_000);
    expect(left(told)).toBe(80_000);
    told.start('new', 'quick', 'srv-1').start('new', 'slow', 'srv-1').later(15_000);
    told.finish('new', 'quick', { is: 'succeeded' });
    expect(left(told)).toBe(65_000);
  });

  it('counts down, never below nothing; what takes longer than ever makes it a least', () => {
    const told = story();
    took(told, 'new', 'get', 10_000).start('new', 'slow', 'srv-1').start('new', 'quick', 'srv-1');
    told.later(59_000);
    expect(estimateOf(told.state, told.run('new'), told.nowMs)).toMatchObject({
      leftMs: 21_000,
      isAtLeast: false,
    });
    told.later(500_000);
    expect(estimateOf(told.state, told.run('new'), told.nowMs)).toMatchObject({
      leftMs: 20_000,
      isAtLeast: true,
    });
  });

  it('counts the time that nodes usually wait for a server', () => {
    const told = new Story().elect().join('srv-1').apply(DAG).trigger('night', 'old');
    told.later(7_000);
    for (const node of ['get', 'quick', 'slow', 'load']) took(told, 'old', node, 1_000);
    told.end('old', 'succeeded').trigger('night', 'new');
    expect(left(told)).toBe(7_000 + 1_000 + 1_000 + 1_000 + 1_000);
  });

  it('says nothing where no earlier run tells, of a run that is over, and of one that is being stopped', () => {
    expect(left(story(0))).toBeUndefined();
    const told = story(1);
    expect(estimateOf(told.state, told.run('old-0'), told.nowMs)).toBeUndefined();
    told.steer('run.canceled', 'new');
    expect(left(told)).toBeUndefined();
  });

  it('takes other versions of the dag by the names of nodes, and says at least where a node is new', () => {
    const told = story();
    told
      .apply(dagOf('night', { get: [], slow: ['get'], load: ['slow'], mail: ['load'] }), 'hash-2')
      .trigger('night', 'new-2');
    const estimate = estimateOf(told.state, told.run('new-2'), told.nowMs);
    expect(estimate).toMatchObject({ leftMs: 90_000, isAtLeast: true, runs: 3 });
    expect(estimate === undefined ? '' : estimateText(estimate, utcTime)).toBe(
      'at least 1m30s left, done not before 12:07; from 3 earlier runs',
    );
  });

  it('expects nothing of nodes that mostly are not run', () => {
    const alert = dagOf('night', { get: [], alert: ['get'] });
    const nodes = alert.nodes.map((node) =>
      node.name === 'alert' ? { ...node, triggerRule: 'one_failed' as const } : node,
    );
    const told = new Story()
      .elect()
      .join('srv-1')
      .apply({ ...alert, nodes })
      .trigger('night', 'old');
    took(told, 'old', 'get', 3_000).skip('old', 'alert').end('old', 'succeeded').trigger('night', 'new');
    expect(estimateOf(told.state, told.run('new'), told.nowMs)).toMatchObject({
      leftMs: 3_000,
      isAtLeast: false,
    });
  });

  it('is never below what one open node alone needs, and never before now', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100_000), { minLength: 4, maxLength: 4 }),
        fc.nat(200_000),
        (times, passedMs) => {
          const told = new Story().elect().join('srv-1').apply(DAG).trigger('night', 'old');
          for (const [at, node] of ['get', 'quick', 'slow', 'load'].entries())
            took(told, 'old', node, times[at] ?? 0);
          told.end('old', 'succeeded').trigger('night', 'new').start('new', 'get', 'srv-1').later(passedMs);
          const estimate = estimateOf(told.state, told.run('new'), told.nowMs);
          expect(estimate?.endMs).toBeGreaterThanOrEqual(told.nowMs);
          const rest = Math.max(0, (times[0] ?? 0) - passedMs) + (times[2] ?? 0) + (times[3] ?? 0);
          expect(estimate?.leftMs).toBeGreaterThanOrEqual(rest);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('what a node usually takes', () => {
  it('is its median, with the tail from five runs on', () => {
    const told = story(6);
    const { definition } = told.run('new');
    const usual = (node: string) =>
      usualText(
        told.state,
        told.run('new'),
        definition.dag.nodes.findIndex(({ name }) => name === node),
        told.nowMs,
      )?.text;
    expect(usual('slow')).toBe('1m00s (p95 2m00s) over 6 runs');
    const few = story(1);
    expect(usualText(few.state, few.run('new'), 0, few.nowMs)?.text).toBe('10s over 1 run');
  });

  it('says how much slower it is this time', () => {
    const told = story();
    told.start('new', 'get', 'srv-1').later(12_000);
    const facts = () => nodeFacts(told.state, told.run('new'), 0, told.nowMs, utcTime).facts;
    expect(facts().find(({ label }) => label === 'usually')).toMatchObject({
      value: '10s over 3 runs',
      tone: 'plain',
    });
    told.later(19_000);
    expect(facts().find(({ label }) => label === 'usually')).toMatchObject({
      value: '10s over 3 runs; 3.1× slower than usual',
      tone: 'warning',
    });
    expect(facts().find(({ label }) => label === 'run')?.value).toMatch(
      /^at least 1m20s left, done not before 12:0\d; from 3 earlier runs$/u,
    );
  });

  it('of a run that is over is what was before it', () => {
    const told = story(2);
    expect(usualText(told.state, told.run('old-0'), 0, told.nowMs)).toBeUndefined();
    expect(usualText(told.state, told.run('old-1'), 0, told.nowMs)?.text).toBe(
      '10s over 1 run; 2.0× slower than usual',
    );
  });

  it('changes when a run has ended', () => {
    const told = story(1);
    expect(left(told)).toBe(90_000);
    told.trigger('night', 'next');
    for (const node of ['get', 'quick', 'slow', 'load']) took(told, 'next', node, 100);
    told.end('next', 'succeeded');
    expect(left(told)).toBeLessThan(1_000);
  });
});

it('earlier runs are read once, the newest 50, and the estimate is made once a second', () => {
  const told = new Story().elect().join('srv-1', 2_000).apply(fanOf('fan', 100));
  for (let at = 0; at < 60; at += 1) {
    const run = `old-${at}`;
    told.trigger('fan', run).succeed(run, 'split', 'srv-1');
    for (let part = 1; part <= 100; part += 1)
      told.succeed(run, `part-${String(part).padStart(3, '0')}`, 'srv-1');
    told.succeed(run, 'merge', 'srv-1').end(run, 'succeeded');
  }
  told.trigger('fan', 'new');
  const run = told.run('new');
  const estimate = estimateOf(told.state, run, NOON_MS);
  expect(estimate?.runs).toBe(50);
  expect(estimateOf(told.state, run, NOON_MS + 400)).toBe(estimate);
  expect(estimateOf(told.state, run, NOON_MS + 2_000)).not.toBe(estimate);
});
