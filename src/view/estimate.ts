import type { NodeRun, Run, State } from '../model/state.ts';
import { isFinal } from '../model/state.ts';
import { durationText } from './duration.ts';
import { historyOf, readyMsOf } from './run-history.ts';
import type { NodeHistory, RunHistory } from './run-history.ts';

/** When a node that has not ended is expected to run. */
export type Expected = { readonly startMs: number; readonly endMs: number };

export type Estimate = {
  readonly leftMs: number;
  readonly endMs: number;
  /** Of something that is left nobody knows how long it takes, or it takes longer than ever. */
  readonly isAtLeast: boolean;
  /** Earlier runs that tell. */
  readonly runs: number;
  /** What is left of the chain of nodes that decides when the run ends. */
  readonly path: readonly number[];
  /** By index; undefined for what has ended. */
  readonly expected: readonly (Expected | undefined)[];
};

type Known = { readonly key: string; readonly estimate: Estimate | undefined };
const estimates = new WeakMap<Run, Known>();

/**
 * When an open run is expected to end: the longest way through what is left, with the median times of earlier runs, waiting for servers among them.
 * Undefined for a run that is over or canceled, and where no earlier run tells. Worked out once a second, or when the run has changed: a walk over nodes
 * and dependencies.
 */
export function estimateOf(state: State, run: Run, nowMs: number): Estimate | undefined {
  if (run.end !== undefined || run.canceled) return undefined;
  const history = historyOf(state, run);
  if (history.runs === 0) return undefined;
  const key = [
    history.runs,
    run.lastEventMs,
    run.unsettled,
    run.active.size,
    Math.floor(nowMs / 1_000),
  ].join();
  const known = estimates.get(run);
  if (known?.key === key) return known.estimate;
  const estimate = expect(run, history, nowMs);
  estimates.set(run, { key, estimate });
  return estimate;
}

function expect(run: Run, history: RunHistory, nowMs: number): Estimate {
  const { order, upstream } = run.definition;
  const ends: number[] = [];
  const expected: (Expected | undefined)[] = [];
  const isLate = new Set<number>();
  let isUnknown = false;
  let endMs = nowMs;
  let last: number | undefined;
  for (const index of order) {
    const node = run.nodes[index];
    if (node === undefined) continue;
    const sources = upstream[index] ?? [];
    const beforeMs = sources.reduce((most, source) => Math.max(most, ends[source] ?? 0), run.triggeredMs);
    if (isFinal(node.status.is)) {
      ends[index] = node.attempts.at(-1)?.finishedMs ?? beforeMs;
      continue;
    }
    const usual = history.nodes[index];
    if (usual === undefined) isUnknown = true;
    const { startMs, tookMs } = plan(run, index, node, usual, beforeMs, nowMs);
    if (usual !== undefined && node.status.is === 'running' && startMs + tookMs < nowMs) isLate.add(index);
    const span = { startMs, endMs: Math.max(nowMs, startMs + tookMs) };
    expected[index] = span;
    ends[index] = span.endMs;
    if (last !== undefined && span.endMs < endMs) continue;
    endMs = span.endMs;
    last = index;
  }
  const path = pathTo(
    last,
    (index) => (upstream[index] ?? []).filter((source) => expected[source] !== undefined),
    ends,
  );
  const isAtLeast = isUnknown || path.some((index) => isLate.has(index));
  return { leftMs: endMs - nowMs, endMs, isAtLeast, runs: history.runs, path, expected };
}

function plan(
  run: Run,
  index: number,
  { status, attempts }: NodeRun,
  usual: NodeHistory | 'seldom' | undefined,
  beforeMs: number,
  nowMs: number,
): { readonly startMs: number; readonly tookMs: number } {
  const { medianMs: tookMs, waitMs } = usual === undefined || usual === 'seldom' ? NOTHING : usual;
  const startedMs = status.is === 'running' ? attempts.at(-1)?.startedMs : undefined;
  if (startedMs !== undefined) return { startMs: startedMs, tookMs };
  if (status.is === 'retrying') return { startMs: Math.max(nowMs, status.dueMs), tookMs };
  const readyMs = Math.max(beforeMs, readyMsOf(run, index));
  return { startMs: Math.max(nowMs, readyMs + waitMs), tookMs };
}

const NOTHING = { medianMs: 0, waitMs: 0 } as const;

function pathTo(
  last: number | undefined,
  openBefore: (index: number) => readonly number[],
  ends: readonly number[],
): number[] {
  const path: number[] = [];
  let at = last;
  while (at !== undefined) {
    path.push(at);
    let before: number | undefined;
    for (const source of openBefore(at)) {
      if (before === undefined || (ends[source] ?? 0) >= (ends[before] ?? 0)) before = source;
    }
    at = before;
  }
  return path.toReversed();
}

/** `~3m10s left`, `at least 3m10s left`. */
export function leftText({ leftMs, isAtLeast }: Estimate): string {
  return `${isAtLeast ? 'at least ' : '~'}${durationText(leftMs)} left`;
}

/** `~3m10s left, done about 03:41; from 6 earlier runs` */
export function estimateText(estimate: Estimate, timeText: (atMs: number) => string): string {
  const { runs, endMs, isAtLeast } = estimate;
  const from = `from ${runs === 1 ? '1 earlier run' : `${runs} earlier runs`}`;
  const done = `done ${isAtLeast ? 'not before' : 'about'} ${timeText(endMs).slice(0, 'HH:MM'.length)}`;
  return `${leftText(estimate)}, ${done}; ${from}`;
}

/** From how many runs on a tail says something. */
const P95_FROM_RUNS = 5;
/** What is this much slower is told of, if it is more than noise. */
const SLOW_FACTOR = 1.5;
const SLOW_LEAST_MS = 1_000;

/** `usually 41s (p95 1m02s) over 12 runs`, and how much slower it is this time; undefined where no earlier run tells. */
export function usualText(
  state: State,
  run: Run,
  index: number,
  nowMs: number,
): { text: string; isSlow: boolean } | undefined {
  const usual = historyOf(state, run).nodes[index];
  if (usual === undefined || usual === 'seldom') return undefined;
  const { medianMs, p95Ms, runs } = usual;
  const p95 = runs < P95_FROM_RUNS ? '' : ` (p95 ${durationText(p95Ms)})`;
  const text = `${durationText(medianMs)}${p95} over ${runs === 1 ? '1 run' : `${runs} runs`}`;
  const attempt = run.nodes[index]?.attempts.at(-1);
  const tookMs = attempt?.startedMs === undefined ? 0 : (attempt.finishedMs ?? nowMs) - attempt.startedMs;
  const isSlow = tookMs > medianMs * SLOW_FACTOR && tookMs - medianMs > SLOW_LEAST_MS;
  if (!isSlow) return { text, isSlow };
  const times = medianMs < 100 ? '' : `${(tookMs / medianMs).toFixed(1)}× `;
  return { text: `${text}; ${times}slower than usual`, isSlow };
}
