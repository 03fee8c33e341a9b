import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createState, fold } from '../../src/engine/fold.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Position } from '../../src/model/ids.ts';
import type { State } from '../../src/model/state.ts';
import { canonicalState } from '../support/canonical-state.ts';
import { brokenInvariants } from '../support/engine-checks.ts';
import { anyStoryWithCheckpoints as anyStory } from '../support/any-story.ts';

function foldAll(events: readonly LogEvent[], state: State = createState(), from = 0): State {
  for (const [at, event] of events.entries()) fold(state, event, (from + at + 1) as Position);
  return state;
}

describe('the fold, whatever comes', () => {
  it('never throws, and keeps its invariants after each event (1, 7, 8, 9, 12)', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anyStory, (events) => {
        const state = createState();
        for (const [at, event] of events.entries()) {
          if (fold(state, event, (at + 1) as Position).accepted) accepted += 1;
          expect(brokenInvariants(state), `after ${JSON.stringify(event)}`).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
    // Were all rejected, this would prove nothing.
    expect(accepted).toBeGreaterThan(3_500);
  });

  it('changes nothing but evidence when it rejects (2)', () => {
    const evidence = (state: State): string =>
      canonicalState({ ...state, recentIds: new Set() }).replaceAll(/"late":\[[^\]]*\]/g, '"late":[]');
    fc.assert(
      fc.property(anyStory, (events) => {
        const state = createState();
        for (const [at, event] of events.entries()) {
          const before = evidence(state);
          const verdict = fold(state, event, (at + 1) as Position);
          if (!verdict.accepted) expect(evidence(state), JSON.stringify(event)).toBe(before);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('never changes a recorded outcome (8)', () => {
    fc.assert(
      fc.property(anyStory, (events) => {
        const state = createState();
        const known = new Map<string, string>();
        for (const [at, event] of events.entries()) {
          fold(state, event, (at + 1) as Position);
          for (const run of state.runs.values())
            for (const [index, node] of run.nodes.entries())
              for (const { number, outcome } of node.attempts) {
                if (outcome === undefined) continue;
                const label = `${run.id}/${index}#${number}`;
                expect(JSON.stringify(outcome)).toBe(known.get(label) ?? JSON.stringify(outcome));
                known.set(label, JSON.stringify(outcome));
              }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same state from any split, through a copy', () => {
    fc.assert(
      fc.property(anyStory, fc.double({ min: 0, max: 1, noNaN: true }), (events, share) => {
        const split = Math.floor(events.length * share);
        const half = structuredClone(foldAll(events.slice(0, split)));
        expect(canonicalState(foldAll(events.slice(split), half, split))).toBe(
          canonicalState(foldAll(events)),
        );
      }),
      { numRuns: 100 },
    );
  });
});
