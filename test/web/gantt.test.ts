import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createState, fold } from '../../src/engine/fold.ts';
import type { Position } from '../../src/model/ids.ts';
import { timelineOf } from '../../src/view/timeline.ts';
import { waitsOf } from '../../src/view/waits.ts';
import { axisOf, stripsOf, TRACK_WIDTH } from '../../src/web/gantt/geometry.ts';
import { spokenRow } from '../../src/web/gantt/spoken-row.ts';
import { anyStory } from '../support/any-story.ts';
import { DIAMOND, NOON_MS, Story } from '../support/story.ts';

describe('the timeline of the page', () => {
  it('has every strip within its track, wide enough to be seen, whatever clocks say', () => {
    fc.assert(
      fc.property(anyStory, fc.nat(200_000), (events, nowMs) => {
        const state = createState();
        for (const [at, event] of events.entries()) fold(state, event, (at + 1) as Position);
        for (const run of state.runs.values()) {
          const timeline = timelineOf(run, nowMs);
          const axis = axisOf(timeline, 6);
          const waits = waitsOf(state, run, nowMs);
          for (const row of timeline.rows)
            for (const { x, width } of stripsOf(row, waits(row.index), axis, timeline.nowMs)) {
              expect(x).toBeGreaterThanOrEqual(0);
              expect(width).toBeGreaterThan(1);
              expect(x + width).toBeLessThanOrEqual(TRACK_WIDTH + 0.001);
            }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('does not move its axis with each moment of a run that goes on', () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1');
    story.trigger('diamond', 'r1').start('r1', 'A', 'srv-1');
    const axes = [31_000, 33_000, 39_900].map((spanMs) =>
      axisOf(timelineOf(story.run('r1'), NOON_MS + spanMs), 4),
    );
    expect(new Set(axes.map(({ spanMs }) => spanMs))).toEqual(new Set([40_000]));
    expect(axes[0]?.ticksMs).toEqual([0, 10_000, 20_000, 30_000, 40_000]);
  });

  it('shows what an attempt was: sent, then run, in the colours of its end', () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1');
    story.trigger('diamond', 'r1').later(1_000).dispatch('r1', 'A', 'srv-1').later(1_000);
    story.begin('r1', 'A').later(8_000).finish('r1', 'A', { is: 'failed', error: 'no', exitCode: 1 });
    const run = story.run('r1');
    const timeline = timelineOf(run, story.nowMs);
    const [row] = timeline.rows;
    if (row === undefined) throw new Error('no row');
    const strips = stripsOf(row, [], axisOf(timeline, 5), story.nowMs);
    expect(strips.map(({ kind, tone, word, fromMs, toMs }) => [kind, tone, word, toMs - fromMs])).toEqual([
      ['sent', 'muted', '#1 sent', 1_000],
      ['run', 'bad', '#1 failed', 8_000],
    ]);
  });

  it('says aloud what its strips show: how long a node waited for what, how often it was tried and how long it ran', () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1', 1);
    story.trigger('diamond', 'r1').succeed('r1', 'A', 'srv-1').start('r1', 'B', 'srv-1').later(5_000);
    story.finish('r1', 'B', { is: 'succeeded' }).start('r1', 'C', 'srv-1').later(2_000);
    const run = story.run('r1');
    const timeline = timelineOf(run, story.nowMs);
    const waits = waitsOf(story.state, run, story.nowMs);
    const axis = axisOf(timeline, 5);
    const said = timeline.rows.map((row) =>
      spokenRow(row, stripsOf(row, waits(row.index), axis, story.nowMs)),
    );
    expect(said).toEqual([
      'A, succeeded, 1 attempt, ran 0.4s, on the critical path',
      'B, succeeded, 1 attempt, ran 5.0s',
      'C, running, no slot 5.0s, 1 attempt, ran 2.0s, on the critical path',
      'D, waiting',
      'E, waiting',
    ]);
  });
});
