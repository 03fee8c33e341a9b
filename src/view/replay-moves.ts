import type { RunTape, TapeStep } from './replay-tape.ts';

/** What moves through a replay. */
export type ReplayMove =
  | { readonly to: 'step'; readonly by: number }
  /** A twentieth of the run's time, and at least a step; never past the moment where something begins to go wrong. */
  | { readonly to: 'scrub'; readonly by: -1 | 1 }
  /** Steps as people count them, from 1. */
  | { readonly to: 'number'; readonly number: number }
  /** After the trigger. */
  | { readonly to: 'offset'; readonly offsetMs: number }
  /** Where something begins to go wrong next, going round. */
  | { readonly to: 'failure' }
  | { readonly to: 'first' }
  | { readonly to: 'last' };

const SCRUB_PARTS = 20;
/** What goes wrong within this part of the run's time after something went wrong belongs to that. */
const BURST_PARTS = 100;

/** The step after a move from step `at`, within the tape; undefined where nothing went wrong and that was asked for. */
export function stepAfter({ steps }: RunTape, at: number, move: ReplayMove): number | undefined {
  const last = Math.max(0, steps.length - 1);
  const within = (to: number): number => Math.min(Math.max(0, to), last);
  switch (move.to) {
    case 'step':
      return within(at + move.by);
    case 'number':
      return within(move.number - 1);
    case 'first':
      return 0;
    case 'last':
      return last;
    case 'offset':
      return lastUntil(steps, (steps[0]?.atMs ?? 0) + move.offsetMs);
    case 'scrub':
      return scrub(steps, at, move.by);
    case 'failure': {
      const found = [...steps.keys()].filter((index) => beginsToFail(steps, index));
      return found.find((index) => index > at) ?? found[0];
    }
  }
}

function scrub(steps: readonly TapeStep[], at: number, by: -1 | 1): number {
  const fromMs = steps[at]?.atMs ?? 0;
  const sliceMs = spanOf(steps) / SCRUB_PARTS;
  let to = at;
  while (steps[to + by] !== undefined) {
    const next = steps[to + by];
    // The first step is made in any case, however far it leads.
    if (to !== at && Math.abs((next?.atMs ?? 0) - fromMs) > sliceMs) break;
    to += by;
    if (beginsToFail(steps, to)) break;
  }
  return to;
}

function beginsToFail(steps: readonly TapeStep[], index: number): boolean {
  const quietMs = steps[index]?.quietMs;
  return quietMs !== undefined && quietMs > spanOf(steps) / BURST_PARTS;
}

function spanOf(steps: readonly TapeStep[]): number {
  return (steps.at(-1)?.atMs ?? 0) - (steps[0]?.atMs ?? 0);
}

/** The last step until then; the first where all are later. Times of steps never fall. */
function lastUntil(steps: readonly TapeStep[], untilMs: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((steps[middle]?.atMs ?? 0) <= untilMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
