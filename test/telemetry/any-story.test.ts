import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createState, fold } from '../../src/engine/fold.ts';
import type { Position } from '../../src/model/ids.ts';
import { RunSpans } from '../../src/telemetry/trace/run-spans.ts';
import type { SpanRecord } from '../../src/telemetry/trace/span.ts';
import { RunNotices } from '../../src/telemetry/webhook/run-notices.ts';
import { anyStory } from '../support/any-story.ts';
import { DIAMOND, Story } from '../support/story.ts';

describe('whatever happens', () => {
  it('each attempt that has ended, and each end of a run, is one span, and no two spans share an id', () => {
    let made = 0;
    fc.assert(
      fc.property(anyStory, (events) => {
        const state = createState();
        const runSpans = new RunSpans();
        const spans: SpanRecord[] = [];
        let ends = 0;
        for (const [at, event] of events.entries()) {
          if (!fold(state, event, (at + 1) as Position).accepted) continue;
          if (event.type === 'run.finished') ends += 1;
          spans.push(...runSpans.onEvent(event, state, true));
        }
        const attempts = [...state.runs.values()]
          .flatMap(({ nodes }) => nodes.flatMap((node) => node.attempts))
          .filter(({ outcome }) => outcome !== undefined);
        expect(spans).toHaveLength(attempts.length + ends);
        expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
        for (const { startMs, endMs } of spans) expect(endMs).toBeGreaterThanOrEqual(startMs);
        made += spans.length;
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(60);
  });
});

describe('a log that does not begin with its first event', () => {
  it('gives what was open its spans, with the ids that it would have had', () => {
    const story = new Story().apply(DIAMOND).elect().join('srv-1').trigger('diamond', 'r1');
    const whole = new RunSpans();
    for (const { event } of story.seen) whole.onEvent(event, story.state, false);
    story.start('r1', 'A', 'srv-1').join('srv-2');
    const late = new RunSpans();
    const heard = (runSpans: RunSpans, from: number): SpanRecord[] =>
      story.seen.slice(from).flatMap(({ event }) => runSpans.onEvent(event, story.state, true));
    const started = story.seen.length;
    expect(heard(whole, started - 3)).toEqual([]);
    expect(heard(late, started - 1)).toEqual([]);
    story.later(10).finish('r1', 'A', { is: 'succeeded' });
    const [span] = heard(whole, started);
    expect(span).toMatchObject({ name: 'diamond/A' });
    expect(heard(late, started)).toEqual([span]);
  });

  it('knows which dags had failed', () => {
    const story = new Story().apply(DIAMOND).elect().join('srv-1').trigger('diamond', 'r1');
    for (let tries = 0; tries < 4; tries += 1) story.fail('r1', 'A', 'srv-1');
    for (const node of ['B', 'C', 'D', 'E']) story.upstreamFailed('r1', node);
    story.end('r1', 'failed').trigger('diamond', 'r2');
    for (const node of ['A', 'B', 'C', 'D', 'E']) story.succeed('r2', node, 'srv-1');
    story.end('r2', 'succeeded');
    const last = story.seen.at(-1)?.event;
    if (last === undefined) throw new Error('nothing was told');
    expect(new RunNotices(undefined).onEvent(last, story.state)).toMatchObject({ kind: 'recovered' });
  });
});
