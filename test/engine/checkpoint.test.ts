import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { restoreState, saveState } from '../../src/engine/checkpoint.ts';
import { createState, fold } from '../../src/engine/fold.ts';
import { savedState } from '../../src/model/checkpoint.ts';
import type { SavedState } from '../../src/model/checkpoint.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Position } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import type { State, Verdict } from '../../src/model/state.ts';
import { anyStoryWithCheckpoints as anyStory } from '../support/any-story.ts';
import { canonicalState } from '../support/canonical-state.ts';
import { brokenInvariants } from '../support/engine-checks.ts';
import { DIAMOND, Story } from '../support/story.ts';

const schema = Compile(savedState);

/** As it goes over the wire. */
function throughText(state: State): State {
  const saved: unknown = JSON.parse(JSON.stringify(saveState(state)));
  if (!schema.Check(saved)) throw new Error(`not of the form: ${JSON.stringify(schema.Errors(saved))}`);
  const restored = restoreState(saved);
  if (typeof restored === 'string') throw new Error(restored);
  return restored;
}

describe('a state that is saved and restored', () => {
  it('is the same, and folds on to the same, wherever the log is cut (13)', () => {
    fc.assert(
      fc.property(anyStory, fc.double({ min: 0, max: 1, noNaN: true }), (events, share) => {
        const cut = Math.floor(events.length * share);
        const whole = createState();
        let late = createState();
        for (const [at, event] of events.entries()) {
          if (at === cut) {
            late = throughText(whole);
            expect(canonicalState(late)).toBe(canonicalState(whole));
            expect(brokenInvariants(late)).toEqual([]);
          }
          const verdict = fold(whole, event, (at + 1) as Position);
          if (at >= cut) expect(fold(late, event, (at + 1) as Position)).toEqual(verdict);
        }
        if (cut < events.length) expect(canonicalState(late)).toBe(canonicalState(whole));
      }),
      { numRuns: 200 },
    );
  });

  it('has placement, cordons, agents of given nodes, pauses, other versions and parts of a dag', () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1')
      .join('srv-2');
    story.trigger('diamond', 'r1').succeed('r1', 'A', 'srv-1').start('r1', 'B', 'srv-1').cordon('srv-2');
    story.triggerFrom('diamond', 'r2', 'C').steer('run.paused', 'r2').apply(DIAMOND, 'other');
    expect(canonicalState(throughText(story.state))).toBe(canonicalState(story.state));
    story.remove('diamond').steer('run.resumed', 'r2').succeed('r2', 'C', 'srv-1');
    expect(canonicalState(throughText(story.state))).toBe(canonicalState(story.state));
  });

  it.each([
    ['a version that is none', (saved: SavedState) => void saved.definitions.splice(0)],
    ['a node too few', ({ runs }: SavedState) => void runs[0]?.nodes.pop()],
    ['a node that is none', ({ runs }: SavedState) => void runs[0]?.ready.push(99)],
    ['an open run that is none', ({ openRuns }: SavedState) => void openRuns.push('x' as never)],
    ['a run that is in no list', ({ openRuns }: SavedState) => void openRuns.pop()],
    ['a start that is none', ({ runs }: SavedState) => void Object.assign(runs[0] ?? {}, { from: ['x'] })],
  ])('is refused with %s', (_, spoil) => {
    const saved = saveState(new Story().apply(DIAMOND).trigger('diamond', 'r1').state);
    spoil(saved);
    expect(restoreState(saved)).toBeTypeOf('string');
  });
});

/** A leader that writes checkpoints, word by word. */
class Writing {
  readonly story = new Story()
    .apply(DIAMOND)
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1');
  #at = 100;
  #ids = 0;

  begin(checkpoint: string, keptRuns = 1_000, fields: object = {}): Verdict {
    return this.say({ type: 'checkpoint.begun', checkpoint, keptRuns, ...fields });
  }

  part(checkpoint: string, part: number, parts: number, fields: object = {}): Verdict {
    const { open } = this.story.state.checkpoints;
    const whole = { base: open?.base ?? 0, digest: 'd', data: '' };
    return this.say({ type: 'checkpoint.part', checkpoint, part, parts, ...whole, ...fields });
  }

  say(fields: object): Verdict {
    const event = { id: `w${(this.#ids += 1)}`, atMs: this.#at, by: 'sch-1', epoch: 1, ...fields };
    return fold(this.story.state, event as unknown as LogEvent, (this.#at += 1) as Position);
  }

  get complete() {
    return this.story.state.checkpoints.complete.map(({ base, end, parts }) => [base, end, parts]);
  }
}

describe('a checkpoint in the log', () => {
  it('is complete with its last part, of the event at which it was begun', () => {
    const writing = new Writing();
    writing.begin('one');
    expect(writing.part('one', 1, 2)).toEqual({ accepted: true });
    expect(writing.complete).toEqual([]);
    expect(writing.part('one', 2, 2)).toEqual({ accepted: true });
    expect(writing.complete).toEqual([[101, 103, 2]]);
    expect(writing.story.state.checkpoints.open).toBeUndefined();
  });

  it('takes each part once and in order, and none of another checkpoint, beginning or text', () => {
    const writing = new Writing();
    expect(writing.part('one', 1, 1).accepted).toBe(false);
    writing.begin('one');
    expect(writing.part('one', 2, 3)).toEqual({ accepted: false, reason: 'its next part is 1' });
    expect(writing.part('two', 1, 3).accepted).toBe(false);
    expect(writing.part('one', 1, 3, { base: 77 }).accepted).toBe(false);
    expect(writing.part('one', 1, 3).accepted).toBe(true);
    expect(writing.part('one', 1, 3)).toEqual({ accepted: false, reason: 'its next part is 2' });
    expect(writing.part('one', 2, 4).accepted).toBe(false);
    expect(writing.part('one', 2, 3, { digest: 'other' }).accepted).toBe(false);
    expect(writing.complete).toEqual([]);
  });

  it('is not finished by a leader that was deposed meanwhile, and a new one begins its own', () => {
    const writing = new Writing();
    writing.begin('one');
    writing.part('one', 1, 2);
    writing.story.elect('sch-2');
    expect(writing.part('one', 2, 2).accepted).toBe(false);
    const own = { by: 'sch-2', epoch: 2 };
    expect(writing.begin('two', 9, own)).toEqual({ accepted: true });
    expect(writing.part('one', 2, 2, own).accepted).toBe(false);
    expect(writing.part('two', 1, 1, own).accepted).toBe(true);
    expect(writing.complete).toHaveLength(1);
  });

  it('is begun once, though the word comes twice', () => {
    const writing = new Writing();
    writing.begin('one', 9, { id: 'same' });
    writing.part('one', 1, 1);
    expect(writing.begin('one', 9, { id: 'same' })).toEqual({ accepted: false, reason: 'seen before' });
  });

  it('lets finished runs go that it does not have, never open ones', () => {
    const writing = new Writing();
    const { story } = writing;
    for (const run of ['old', 'newer', 'newest']) {
      story.triggerFrom('diamond', run, 'E').succeed(run, 'E', 'srv-1').end(run, 'succeeded');
    }
    story.trigger('diamond', 'open');
    writing.begin('one', 1);
    expect([...story.state.runs.keys()]).toEqual(['newest', 'open']);
    expect(brokenInvariants(story.state)).toEqual([]);
    expect(canonicalState(throughText(story.state))).toBe(canonicalState(story.state));
    writing.begin('two', 0);
    expect([...story.state.runs.keys()]).toEqual(['open']);
  });

  it('is remembered as one of few, the oldest and the newest always', () => {
    const writing = new Writing();
    for (let at = 0; at < 5 * limits.checkpointsKnownMax; at += 1) {
      writing.begin(`c${at}`);
      writing.part(`c${at}`, 1, 1);
    }
    expect(writing.complete.length).toBeLessThanOrEqual(limits.checkpointsKnownMax);
    expect(writing.complete.length).toBeGreaterThan(limits.checkpointsKnownMax / 4);
    expect(writing.complete[0]).toEqual([101, 102, 1]);
    expect(writing.complete.at(-1)?.[1]).toBe(100 + 10 * limits.checkpointsKnownMax);
  });
});
