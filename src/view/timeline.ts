import { sanitizeText } from '../graph/text.ts';
import type { Attempt, NodeState, Run } from '../model/state.ts';
import type { Estimate, Expected } from './estimate.ts';

/** One attempt in time. What is undefined has not happened yet. */
export type Bar = {
  readonly number: number;
  readonly dispatchedMs: number;
  readonly startedMs: number | undefined;
  readonly finishedMs: number | undefined;
  /** How it ended; undefined while it goes on. */
  readonly outcome: NodeState | undefined;
};

export type TimelineRow = {
  readonly index: number;
  readonly name: string;
  readonly state: NodeState;
  readonly bars: readonly Bar[];
  /** On the chain of nodes that decides when the run ends. */
  readonly isCritical: boolean;
  /** When it is expected to run, by earlier runs; undefined for what has ended, and where none tells. */
  readonly expected: Expected | undefined;
  /** On the chain that is expected to decide when the run ends. */
  readonly isExpectedCritical: boolean;
};

export type Timeline = {
  readonly startMs: number;
  /** Until when it is known: now, or the end. */
  readonly nowMs: number;
  /** The end, or when it is expected. */
  readonly endMs: number;
  readonly isOver: boolean;
  /** What was dispatched, in the order of that, then the rest in the order of the dag. */
  readonly rows: readonly TimelineRow[];
  /** From the beginning to the end along the critical path. */
  readonly critical: readonly number[];
};

/** When what ran, and when the rest is expected to. One walk over the run's nodes and dependencies. */
export function timelineOf(run: Run, nowMs: number, estimate?: Estimate): Timeline {
  const critical = criticalPath(run, nowMs);
  const path = new Set(estimate?.path);
  const onPath = new Set(critical);
  const rows = run.definition.order.map((index): TimelineRow => {
    const node = run.nodes[index];
    const bars = (node?.attempts ?? []).map(barOf);
    return {
      index,
      name: sanitizeText(run.definition.dag.nodes[index]?.name ?? '?'),
      state: node?.status.is ?? 'waiting',
      bars,
      isCritical: onPath.has(index),
      expected: estimate?.expected[index],
      isExpectedCritical: path.has(index),
    };
  });
  const firstOf = ({ bars }: TimelineRow): number => bars[0]?.dispatchedMs ?? Number.POSITIVE_INFINITY;
  // Infinity less infinity is no number; the sort is stable.
  rows.sort((a, b) => (firstOf(a) === firstOf(b) ? 0 : firstOf(a) - firstOf(b)));
  const { end, triggeredMs } = run;
  const knownMs = end?.atMs ?? nowMs;
  return {
    startMs: triggeredMs,
    nowMs: knownMs,
    endMs: Math.max(knownMs, estimate?.endMs ?? knownMs),
    isOver: end !== undefined,
    rows,
    critical,
  };
}

/**
 * The chain of nodes that decides when a run ends: from what ended last, or goes on, always back to what ended last of all that it
 * depends on.
 */
export function criticalPath(run: Run, nowMs: number): readonly number[] {
  const endOf = (index: number): number | undefined => {
    const attempt = run.nodes[index]?.attempts.at(-1);
    return attempt === undefined ? undefined : (attempt.finishedMs ?? nowMs);
  };
  const path: number[] = [];
  let at = latest(run.definition.order, endOf);
  while (at !== undefined) {
    path.push(at);
    at = latest(run.definition.upstream[at] ?? [], endOf);
  }
  return path.toReversed();
}

/** The one with the latest end, the last of those that are alike; undefined where none has begun. */
function latest(
  indexes: readonly number[],
  endOf: (index: number) => number | undefined,
): number | undefined {
  let best: number | undefined;
  let bestMs = Number.NEGATIVE_INFINITY;
  for (const index of indexes) {
    const endMs = endOf(index);
    if (endMs === undefined || endMs < bestMs) continue;
    best = index;
    bestMs = endMs;
  }
  return best;
}

function barOf({ number, dispatchedMs, startedMs, finishedMs, outcome }: Attempt): Bar {
  return { number, dispatchedMs, startedMs, finishedMs, outcome: outcome?.is };
}

/** Spans that an axis may have: 1, 2 or 5 times a power of ten, in seconds; and so on in minutes, hours and days. */
const STEPS_MS: readonly number[] = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000,
  1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
];

/**
 * The step of an axis of about `parts` parts over `spanMs`, at least 100 ms. An axis of whole steps does not move with each moment of a
 * run that goes on.
 */
export function axisStepMs(spanMs: number, parts: number): number {
  const least = spanMs / Math.max(1, parts);
  const day = STEPS_MS.at(-1) ?? 1;
  return STEPS_MS.find((stepMs) => stepMs >= least) ?? Math.ceil(least / day) * day;
}
