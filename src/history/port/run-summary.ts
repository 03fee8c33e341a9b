import type { ParamValue } from '../../model/dag.ts';
import type { DagHash, DagName, RunId } from '../../model/ids.ts';
import { maskSecrets } from '../../model/secret.ts';
import type { Run } from '../../model/state.ts';
import { progressOf } from '../../view/progress.ts';
import { runState } from '../../view/run-state.ts';
import type { RunState } from '../../view/run-state.ts';

/** A run as a line of a list. */
export type RunSummary = {
  readonly run: RunId;
  readonly dag: DagName;
  readonly hash: DagHash;
  readonly state: RunState;
  readonly triggeredMs: number;
  readonly endedMs?: number;
  readonly by: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** That the run executes. */
  readonly nodes: number;
  /** Of them: those that have ended, those that succeeded, and those that failed, timed out or were lost. */
  readonly ended: number;
  readonly succeeded: number;
  readonly failed: number;
  /** What the first node that failed, in the order of the dag, said last. */
  readonly error?: string;
};

/** Which runs: all that is given must hold. */
export type RunQuery = {
  readonly dag?: string;
  readonly states?: readonly RunState[];
  /** Triggered from then on, and before then. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** In the dag's name, the run's id, who triggered it, its parameters or its error; large and small letters are one. */
  readonly search?: string;
  readonly limit: number;
  /** Only what comes after this one in the list. */
  readonly before?: RunCursor;
};

/** The place of a run in a list: newest first, of those of one moment the greatest id first. */
export type RunCursor = { readonly triggeredMs: number; readonly run: RunId };

const SEARCHED_MAX_LENGTH = 4_096;

/** Costs a walk over its nodes. */
export function runSummary(run: Run): RunSummary {
  const progress = progressOf(run);
  let [succeeded, failed] = [0, 0];
  let error: string | undefined;
  for (const { status, attempts } of run.nodes) {
    if (status.is === 'succeeded') succeeded += 1;
    if (status.is !== 'failed' && status.is !== 'timed_out' && status.is !== 'lost') continue;
    failed += 1;
    const outcome = attempts.at(-1)?.outcome;
    if (outcome !== undefined && 'error' in outcome) error ??= outcome.error;
  }
  return {
    run: run.id,
    dag: run.dag,
    hash: run.definition.hash,
    state: runState(run),
    triggeredMs: run.triggeredMs,
    ...(run.end === undefined ? {} : { endedMs: run.end.atMs }),
    by: run.by,
    params: run.params,
    nodes: progress.total,
    ended: progress.done,
    succeeded,
    failed,
    ...(error === undefined ? {} : { error }),
  };
}

/** What a search looks through, in small letters. Secrets are left out: who may only search would find them letter by letter. */
export function searchedText({ run, dag, by, params, error = '' }: RunSummary): string {
  const values = Object.entries(maskSecrets(params)).map(([name, value]) => `${name}=${String(value)}`);
  return [dag, run, by, error, ...values].join('\n').slice(0, SEARCHED_MAX_LENGTH).toLowerCase();
}

/** Whether a list that `query` asks for holds it, on whichever page. */
export function isAskedFor(summary: RunSummary, query: RunQuery): boolean {
  const { dag, states, sinceMs, untilMs, search } = query;
  return (
    (dag === undefined || summary.dag === dag) &&
    (states === undefined || states.includes(summary.state)) &&
    (sinceMs === undefined || summary.triggeredMs >= sinceMs) &&
    (untilMs === undefined || summary.triggeredMs < untilMs) &&
    (search === undefined || searchedText(summary).includes(search.toLowerCase()))
  );
}

/** Negative when `one` comes before `other` in a list. */
export function compareRuns(one: RunCursor, other: RunCursor): number {
  return other.triggeredMs - one.triggeredMs || (one.run > other.run ? -1 : one.run < other.run ? 1 : 0);
}
