import { explainNode } from '../engine/reason.ts';
import type { ListedRun } from '../history/port/all-runs.ts';
import type { Run, State } from '../model/state.ts';
import { isFinal } from '../model/state.ts';
import { runState } from '../view/run-state.ts';

/** A run for scripts, without its nodes. Times are ISO 8601. */
export function runJson(run: Run) {
  return {
    run: run.id,
    dag: run.dag,
    hash: run.definition.hash,
    state: runState(run),
    triggeredAt: isoTime(run.triggeredMs),
    endedAt: isoTime(run.end?.atMs),
    by: run.by,
    params: run.params,
    from: run.scope?.from,
    nodes: run.nodes.length,
    ended: run.nodes.filter(({ status }) => isFinal(status.is)).length,
    succeeded: run.nodes.filter(({ status }) => status.is === 'succeeded').length,
  };
}

/** The same of a run that is listed, wherever it was found. */
export function summaryJson(listed: ListedRun) {
  const { run, dag, hash, state, triggeredMs, endedMs, by, params, nodes, ended, succeeded, failed } = listed;
  return {
    ...{ run, dag, hash, state, triggeredAt: isoTime(triggeredMs), endedAt: isoTime(endedMs), by, params },
    ...{ nodes, ended, succeeded, failed, error: listed.error, foundIn: listed.from },
  };
}

/** A run for scripts, with every node and attempt. */
export function runDetailJson(state: State, run: Run, nowMs: number) {
  return {
    ...runJson(run),
    nodes: run.nodes.map((node, index) => ({
      node: run.definition.dag.nodes[index]?.name,
      state: node.status.is,
      reason: explainNode(state, run, index, nowMs),
      attempts: node.attempts.map((attempt) => ({
        attempt: attempt.number,
        server: attempt.server,
        dispatchedAt: isoTime(attempt.dispatchedMs),
        startedAt: isoTime(attempt.startedMs),
        finishedAt: isoTime(attempt.finishedMs),
        outcome: attempt.outcome?.is,
        error:
          attempt.outcome !== undefined && 'error' in attempt.outcome ? attempt.outcome.error : undefined,
        exitCode: attempt.outcome?.is === 'failed' ? attempt.outcome.exitCode : undefined,
        output: attempt.outcome?.is === 'succeeded' ? attempt.outcome.output : undefined,
      })),
    })),
  };
}

function isoTime(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
}
