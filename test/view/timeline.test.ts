import { describe, expect, it, test } from 'vitest';
import type { Run } from '../../src/model/state.ts';
import { axisStepMs, criticalPath, timelineOf } from '../../src/view/timeline.ts';
import { estimateOf } from '../../src/view/estimate.ts';
import { DIAMOND, Story } from '../support/story.ts';

const names = (run: Run, indexes: readonly number[]): string =>
  indexes.map((index) => run.definition.dag.nodes[index]?.name ?? '?').join(' → ');

/** A took 0.4 s; B failed once and took longer than C. */
function story(): Story {
  const told = new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1');
  told.later(1_000).succeed('r1', 'A', 'srv-1').start('r1', 'C', 'srv-1').later(200).fail('r1', 'B', 'srv-1');
  return told.later(300).finish('r1', 'C', { is: 'succeeded' }).later(100).succeed('r1', 'B', 'srv-1');
}

describe('the timeline of a run', () => {
  it('has what was dispatched in that order, then the rest, with every attempt', () => {
    const told = story();
    const { rows } = timelineOf(told.run('r1'), told.nowMs);
    expect(rows.map(({ name, bars }) => `${name} ${bars.length}`)).toEqual([
      'A 1',
      'C 1',
      'B 2',
      'D 0',
      'E 0',
    ]);
    expect(rows[2]?.bars.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
  });

  it('has what is expected of the rest, and goes on until then', () => {
    const told = story();
    for (const node of ['D', 'E']) told.succeed('r1', node, 'srv-1');
    told.end('r1', 'succeeded').trigger('diamond', 'r2').start('r2', 'A', 'srv-1').later(100);
    const estimate = estimateOf(told.state, told.run('r2'), told.nowMs);
    const timeline = timelineOf(told.run('r2'), told.nowMs, estimate);
    expect(timeline.endMs).toBe(estimate?.endMs);
    expect(timeline.nowMs).toBe(told.nowMs);
    const startMs = told.run('r2').triggeredMs;
    expect(
      timeline.rows.map(({ name, expected, isExpectedCritical }) => [
        name,
        (expected?.startMs ?? 0) - startMs,
        (expected?.endMs ?? 0) - startMs,
        isExpectedCritical,
      ]),
    ).toEqual([
      ['A', 0, 400, true],
      ['B', 600, 1_000, false],
      ['C', 400, 1_300, true],
      ['D', 1_300, 1_700, true],
      ['E', 1_700, 2_100, true],
    ]);
  });

  it('goes from the trigger to the end, or to now', () => {
    const told = story();
    const run = told.run('r1');
    expect(timelineOf(run, told.nowMs)).toMatchObject({ endMs: told.nowMs, isOver: false });
    expect(timelineOf(run, told.nowMs).endMs - timelineOf(run, told.nowMs).startMs).toBe(2_800);
  });
});

describe('the critical path', () => {
  it('leads over what ended last, back to the beginning', () => {
    const told = story();
    expect(names(told.run('r1'), criticalPath(told.run('r1'), told.nowMs))).toBe('A → B');
    told.succeed('r1', 'D', 'srv-1').start('r1', 'E', 'srv-1');
    expect(names(told.run('r1'), criticalPath(told.run('r1'), told.nowMs))).toBe('A → B → D → E');
  });

  it('is empty before anything began', () => {
    const told = new Story().elect().apply(DIAMOND).trigger('diamond', 'r1');
    expect(criticalPath(told.run('r1'), told.nowMs)).toEqual([]);
  });
});

test('an axis has round steps', () => {
  const steps = [0, 300, 4_000, 45_000, 400_000, 8_000_000, 90_000_000, 900_000_000].map((spanMs) =>
    axisStepMs(spanMs, 5),
  );
  expect(steps).toEqual([100, 100, 1_000, 10_000, 120_000, 1_800_000, 21_600_000, 259_200_000]);
});
