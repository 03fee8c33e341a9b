import { isInside } from '../engine/scope.ts';
import type { RunId } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { Run, State } from '../model/state.ts';

/** What a node usually takes, from earlier runs of its dag. */
export type NodeHistory = {
  /** Earlier runs in which it succeeded. */
  readonly runs: number;
  /** Of its successful attempts, from start to end. */
  readonly medianMs: number;
  readonly p95Ms: number;
  /** From when all that it depends on had ended until it started. */
  readonly waitMs: number;
};

export type RunHistory = {
  /** How many earlier runs there are. */
  readonly runs: number;
  /** By index; undefined for a node that no earlier run tells of, `seldom` for one that mostly is not run: an alert. */
  readonly nodes: readonly (NodeHistory | 'seldom' | undefined)[];
};

type Samples = { readonly tookMs: number[]; readonly waitMs: number[]; notRun: number };
type Known = { readonly stamp: string; readonly history: RunHistory };

/** The set of finished runs is one for the life of a state. */
const histories = new WeakMap<ReadonlySet<RunId>, Map<string, Known>>();
const HISTORIES_MAX = 64;

/**
 * Times from the newest finished runs of the same dag that were triggered before `run`, at most `historyRunsMax`. Of a node, runs of the same version
 * count, and where none is, those of other versions that have a node of its name. Worked out anew only when a run of the dag has finished.
 */
export function historyOf(state: State, run: Run): RunHistory {
  const byRun = histories.get(state.finishedRuns) ?? new Map<string, Known>();
  histories.set(state.finishedRuns, byRun);
  // Of runs that go on, all finished ones are earlier: one history serves all of a version.
  const key = state.finishedRuns.has(run.id) ? run.id : `${run.dag}/${run.definition.hash}`;
  const stamp = stampOf(state, run);
  const known = byRun.get(key);
  if (known?.stamp === stamp) return known.history;
  const history = gather(run, earlierRuns(state, run));
  byRun.delete(key);
  byRun.set(key, { stamp, history });
  for (const oldest of byRun.keys()) {
    if (byRun.size <= HISTORIES_MAX) break;
    byRun.delete(oldest);
  }
  return history;
}

/** Changes when a run of the dag has ended, or leaves memory. */
function stampOf({ finishedRuns, runs }: State, { dag }: Run): string {
  let count = 0;
  let last: RunId | undefined;
  for (const id of finishedRuns) {
    if (runs.get(id)?.dag !== dag) continue;
    count += 1;
    last = id;
  }
  return `${count} ${last ?? ''}`;
}

/** Newest first. */
function earlierRuns(state: State, run: Run): Run[] {
  const isOver = state.finishedRuns.has(run.id);
  const found: Run[] = [];
  let work = 0;
  for (const id of [...state.finishedRuns].toReversed()) {
    const other = state.runs.get(id);
    if (other === undefined || other.dag !== run.dag || id === run.id) continue;
    if (isOver && other.triggeredMs > run.triggeredMs) continue;
    const { upstream } = other.definition;
    work += upstream.reduce((sum, sources) => sum + sources.length, upstream.length);
    if (found.length > 0 && work > limits.historyWorkMax) break;
    found.push(other);
    if (found.length === limits.historyRunsMax) break;
  }
  return found;
}

function gather(run: Run, earlier: readonly Run[]): RunHistory {
  const { dag, hash } = run.definition;
  const isSame = (other: Run): boolean => other.definition.hash === hash;
  const own = earlier.filter(isSame);
  const others = earlier.filter((other) => !isSame(other));
  const nodes = dag.nodes.map(({ name }, index) => {
    const found = summaryOf(samplesOf(own, () => index));
    return found ?? summaryOf(samplesOf(others, ({ definition }) => definition.indexOf.get(name)));
  });
  return { runs: earlier.length, nodes };
}

function samplesOf(runs: readonly Run[], indexIn: (run: Run) => number | undefined): Samples {
  const samples: Samples = { tookMs: [], waitMs: [], notRun: 0 };
  for (const run of runs) {
    const index = indexIn(run);
    const node = index === undefined ? undefined : run.nodes[index];
    if (index === undefined || node === undefined || !isInside(run, index)) continue;
    const last = node.attempts.at(-1);
    const first = node.attempts[0];
    if (last === undefined) samples.notRun += 1;
    if (last?.outcome?.is !== 'succeeded' || last.startedMs === undefined) continue;
    // Clocks of servers differ: what would be less than nothing is nothing.
    samples.tookMs.push(Math.max(0, (last.finishedMs ?? last.startedMs) - last.startedMs));
    if (first?.startedMs !== undefined)
      samples.waitMs.push(Math.max(0, first.startedMs - readyMsOf(run, index)));
  }
  return samples;
}

/** When all that a node depends on had ended, as far as that was run; the trigger where it depends on nothing. */
export function readyMsOf(run: Run, index: number): number {
  let readyMs = run.triggeredMs;
  for (const source of run.definition.upstream[index] ?? [])
    readyMs = Math.max(readyMs, run.nodes[source]?.attempts.at(-1)?.finishedMs ?? readyMs);
  return readyMs;
}

function summaryOf({ tookMs, waitMs, notRun }: Samples): NodeHistory | 'seldom' | undefined {
  if (notRun > tookMs.length) return 'seldom';
  if (tookMs.length === 0) return undefined;
  const sorted = Float64Array.from(tookMs).sort();
  return {
    runs: sorted.length,
    medianMs: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    waitMs: quantile(Float64Array.from(waitMs).sort(), 0.5),
  };
}

/** The smallest of the values that at least this part of them does not exceed; 0 of none. */
function quantile(sorted: Float64Array, part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}
