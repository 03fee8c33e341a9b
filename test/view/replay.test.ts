import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createState, fold } from '../../src/engine/fold.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Position, RunId } from '../../src/model/ids.ts';
import type { Run, State } from '../../src/model/state.ts';
import { eventLine } from '../../src/view/event-line.ts';
import { stepAfter } from '../../src/view/replay-moves.ts';
import type { ReplayMove } from '../../src/view/replay-moves.ts';
import { momentAt } from '../../src/view/replay-playback.ts';
import { RunTape } from '../../src/view/replay-tape.ts';
import { anyStory } from '../support/any-story.ts';
import { brokenInvariants } from '../support/engine-checks.ts';
import { DIAMOND, Story, utcTime } from '../support/story.ts';

/** A run as a value, its sets in the order of the indexes. */
function valueOf(run: Run): string {
  const { definition, ready, retrying, active, scope, ...rest } = run;
  const sorted = [ready, retrying, active].map((set) => [...set].sort((a, b) => a - b));
  return JSON.stringify({ hash: definition.hash, sorted, from: scope?.from, ...rest });
}

function tapeOf(events: readonly LogEvent[], run = 'r1'): { tape: RunTape; stepsAfter: number[] } {
  const tape = new RunTape(run as RunId);
  const stepsAfter = events.map((event, at) => {
    tape.add(event, (at + 1) as Position);
    return tape.steps.length;
  });
  return { tape, stepsAfter };
}

test('a replay on a log that was cut begins with the state of then, and has no run that began before', () => {
  const told = new Story()
    .apply(DIAMOND)
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1');
  told.trigger('diamond', 'before');
  const state = structuredClone(told.state);
  const cut = told.seen.length;
  told.trigger('diamond', 'after').start('after', 'A', 'srv-1').start('before', 'A', 'srv-1');
  const stepsOf = (run: string): number => {
    const tape = new RunTape(run as RunId);
    tape.begin(structuredClone(state));
    for (const [at, { event }] of told.seen.slice(cut).entries()) tape.add(event, (cut + at + 1) as Position);
    return tape.steps.length;
  };
  expect(stepsOf('after')).toBe(3);
  expect(stepsOf('before')).toBe(0);
});

describe('the replay of a run, whatever happened', () => {
  it.each(['r1', 'r2'])('is at every step what a fresh fold of the log up to there is: %s', (id) => {
    let compared = 0;
    fc.assert(
      fc.property(anyStory, (events) => {
        const { tape, stepsAfter } = tapeOf(events, id);
        const state = createState();
        for (const [at, event] of events.entries()) {
          fold(state, event, (at + 1) as Position);
          const run = state.runs.get(id as RunId);
          if (run === undefined) continue;
          compared += 1;
          const moment = momentAt(tape, (stepsAfter[at] ?? 0) - 1, createState());
          expect(valueOf(moment.run), `after ${at}: ${JSON.stringify(event)}`).toBe(valueOf(run));
        }
      }),
      { numRuns: 100 },
    );
    expect(compared).toBeGreaterThan(5_000);
  });

  it('comes to the same wherever it was wound from', () => {
    fc.assert(
      fc.property(anyStory, fc.array(fc.double({ min: 0, max: 0.999, noNaN: true })), (events, seeks) => {
        const { tape } = tapeOf(events);
        const values = tape.steps.map((_, at) => momentValue(tape, at));
        for (const seek of seeks) {
          const at = Math.floor(seek * tape.steps.length);
          expect(momentValue(tape, at)).toEqual(values[at]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has the servers and the leader as they were', () => {
    fc.assert(
      fc.property(anyStory, (events) => {
        const { tape, stepsAfter } = tapeOf(events);
        const state = createState();
        for (const [at, event] of events.entries()) {
          fold(state, event, (at + 1) as Position);
          const steps = stepsAfter[at] ?? 0;
          // Between steps of this run the others go on.
          if (steps === 0 || steps === stepsAfter[at - 1]) continue;
          const then = momentAt(tape, steps - 1, createState()).state;
          expect(serversOf(then), JSON.stringify(event)).toEqual(serversOf(state));
        }
      }),
      { numRuns: 60 },
    );
  });
});

function momentValue(tape: RunTape, at: number): unknown {
  const { run, state, atMs } = momentAt(tape, at, createState());
  return { run: valueOf(run), servers: serversOf(state), atMs };
}

function serversOf({ agents, epoch, leader, cordoned }: State): unknown {
  const sorted = [...agents.values()].sort((a, b) => (a.server < b.server ? -1 : 1));
  return {
    sorted: sorted.map(({ server, presence, load }) => ({ server, presence, load })),
    epoch,
    leader,
    cordoned,
  };
}

/** A succeeded; B failed, and again ten seconds later; C ran meanwhile, and its second result came too late. */
function story(): Story {
  const told = new Story().elect().join('srv-1').join('srv-2').apply(DIAMOND).trigger('diamond', 'r1');
  told.later(1_000).succeed('r1', 'A', 'srv-1').later(600).start('r1', 'C', 'srv-2').later(2_000);
  told.fail('r1', 'B', 'srv-1').later(10_000).fail('r1', 'B', 'srv-1').later(6_000).lose('srv-2');
  return told.trigger('diamond', 'other').succeed('other', 'A', 'srv-1');
}

const tapeOfStory = (told: Story): RunTape => tapeOf(told.seen.map(({ event }) => event)).tape;

test('a step is an event of the run, or of the servers while it goes on', () => {
  const lines = tapeOfStory(story()).steps.map(({ event }) => eventLine(event, { timeText: utcTime }));
  expect(lines).toMatchInlineSnapshot(`
    [
      "12:00:00 diamond r1 triggered by op:ann@desk",
      "12:00:01 diamond r1 A#1 sent to srv-1",
      "12:00:01 diamond r1 A#1 started on srv-1",
      "12:00:01 diamond r1 A#1 succeeded on srv-1",
      "12:00:02 diamond r1 C#1 sent to srv-2",
      "12:00:02 diamond r1 C#1 started on srv-2",
      "12:00:04 diamond r1 B#1 sent to srv-1",
      "12:00:04 diamond r1 B#1 started on srv-1",
      "12:00:04 diamond r1 B#1 failed on srv-1: exit code 1",
      "12:00:14 diamond r1 B#2 sent to srv-1",
      "12:00:14 diamond r1 B#2 started on srv-1",
      "12:00:14 diamond r1 B#2 failed on srv-1: exit code 1",
      "12:00:20 server srv-2 lost: no heartbeat for the grace period",
    ]
  `);
});

test('a moment is a state on which all that explains and draws works: of the open runs only this one', () => {
  const told = story();
  const { state, run } = momentAt(tapeOfStory(told), 3, told.state);
  expect([...state.openRuns]).toEqual([run]);
  expect(state.runs.get('r1' as RunId)).toBe(run);
  expect(
    brokenInvariants({ ...state, runs: new Map([['r1' as RunId, run]]), finishedRuns: new Set() }),
  ).toEqual([]);
  expect(told.run('r1').nodes[2]?.status.is).toBe('waiting');
});

test.each<[string, ReplayMove, number, number | undefined]>([
  ['a step back', { to: 'step', by: -1 }, 5, 4],
  ['a step on', { to: 'step', by: 1 }, 5, 6],
  ['no step before the first', { to: 'step', by: -1 }, 0, 0],
  ['no step after the last', { to: 'step', by: 9 }, 11, 12],
  ['to a step as people count', { to: 'number', number: 3 }, 9, 2],
  ['to the first', { to: 'first' }, 9, 0],
  ['to the last', { to: 'last' }, 2, 12],
  ['to a time after the trigger', { to: 'offset', offsetMs: 2_000 }, 0, 5],
  ['to the trigger, for what is before', { to: 'offset', offsetMs: -5 }, 9, 0],
  ['to where it went wrong first', { to: 'failure' }, 0, 8],
  ['to where it went wrong next', { to: 'failure' }, 8, 11],
  ['and round again', { to: 'failure' }, 12, 8],
  ['a twentieth of the time on', { to: 'scrub', by: 1 }, 0, 2],
  ['over a gap', { to: 'scrub', by: 1 }, 5, 6],
  ['no further than where it went wrong', { to: 'scrub', by: 1 }, 7, 8],
  ['a twentieth of the time back', { to: 'scrub', by: -1 }, 3, 1],
])('a move leads %s', (_what, move, from, to) => {
  expect(stepAfter(tapeOfStory(story()), from, move)).toBe(to);
});

test('where nothing went wrong, there is nothing to go to', () => {
  const told = new Story()
    .elect()
    .join('srv-1')
    .apply(DIAMOND)
    .trigger('diamond', 'r1')
    .succeed('r1', 'A', 'srv-1');
  expect(stepAfter(tapeOfStory(told), 0, { to: 'failure' })).toBeUndefined();
});
