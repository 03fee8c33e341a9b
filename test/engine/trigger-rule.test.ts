import { describe, expect, it } from 'vitest';
import { evaluateRule } from '../../src/engine/trigger-rule.ts';
import type { TriggerRule } from '../../src/model/dag.ts';

type End = 'succeeded' | 'failed' | 'skipped' | 'open';
const ENDS: readonly End[] = ['succeeded', 'failed', 'skipped', 'open'];

/** All ways in which up to four upstream nodes can stand. */
function waysUpTo(count: number): End[][] {
  const ways: End[][] = [[]];
  for (let from = 0; from < ways.length; from += 1) {
    const way = ways[from] ?? [];
    if (way.length < count) ways.push(...ENDS.map((end) => [...way, end]));
  }
  return ways;
}

function answer(rule: TriggerRule, way: readonly End[]) {
  const count = (end: End): number => way.filter((item) => item === end).length;
  const counts = { succeeded: count('succeeded'), failed: count('failed'), skipped: count('skipped') };
  return evaluateRule(rule, way.length, counts);
}

/** Airflow's definitions of the names, in words: may the node start, as things stand? */
const MEANS: Readonly<Record<string, (way: readonly End[]) => boolean>> = {
  all_success: (way) => way.every((end) => end === 'succeeded'),
  all_done: (way) => way.every((end) => end !== 'open'),
  all_failed: (way) => way.every((end) => end === 'failed'),
  one_success: (way) => way.length === 0 || way.includes('succeeded'),
  one_failed: (way) => way.length === 0 || way.includes('failed'),
  none_failed: (way) => way.every((end) => end === 'succeeded' || end === 'skipped'),
  none_failed_min_one_success: (way) =>
    way.every((end) => end === 'succeeded' || end === 'skipped') &&
    (way.length === 0 || way.includes('succeeded')),
  always: () => true,
};

const ways = waysUpTo(4);

describe.each(Object.entries(MEANS))('the trigger rule %s', (name, means) => {
  const rule = name as TriggerRule;

  it('starts the node exactly when it holds', () => {
    for (const way of ways) expect(answer(rule, way) === 'start', way.join(', ')).toBe(means(way));
  });

  it('always has an answer once all upstream nodes have ended', () => {
    for (const way of ways.filter((item) => !item.includes('open')))
      expect(answer(rule, way), way.join(', ')).not.toBe('wait');
  });

  it('never says that the node cannot start while it still could', () => {
    for (const way of ways) {
      if (['wait', 'start'].includes(answer(rule, way))) continue;
      for (const ended of completions(way))
        expect(means(ended), `${way.join(', ')} → ${ended.join(', ')}`).toBe(false);
    }
  });

  it('says start for good, whatever else ends', () => {
    for (const way of ways.filter((item) => answer(rule, item) === 'start')) {
      for (const ended of completions(way)) expect(answer(rule, ended), ended.join(', ')).toBe('start');
    }
  });

  it('gives up as upstream_failed only after a failure, as skip only without need of one', () => {
    for (const way of ways) {
      if (answer(rule, way) === 'upstream_failed') expect(way).toContain('failed');
    }
  });
});

describe('the trigger rule at_least', () => {
  it('starts the node at the k-th success, and gives up when k cannot be reached any more', () => {
    for (const way of ways) {
      for (let atLeast = 1; atLeast <= way.length; atLeast += 1) {
        const succeeded = way.filter((end) => end === 'succeeded').length;
        const open = way.filter((end) => end === 'open').length;
        const expected = succeeded >= atLeast ? 'start' : succeeded + open >= atLeast ? 'wait' : 'never';
        const given = answer({ atLeast }, way);
        expect(
          given === 'start' || given === 'wait' ? given : 'never',
          `${atLeast} of ${way.join(', ')}`,
        ).toBe(expected);
      }
    }
  });
});

/** How what is open may end. */
function completions(way: readonly End[]): End[][] {
  const at = way.indexOf('open');
  if (at === -1) return [[...way]];
  return (['succeeded', 'failed', 'skipped'] as const).flatMap((end) => completions(way.with(at, end)));
}
