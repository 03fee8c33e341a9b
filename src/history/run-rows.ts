import { startNodes, upstreamKind } from '../engine/node-change.ts';
import { isInside, scopeFrom } from '../engine/scope.ts';
import type { ParamValue } from '../model/dag.ts';
import type { Outcome, OutputFacts } from '../model/event.ts';
import type { DagHash, DagName, Incarnation, NodeName, Position, RunId, ServerName } from '../model/ids.ts';
import { isFinal } from '../model/state.ts';
import type { Attempt, Definition, FinalState, NodeRun, Pause, Run } from '../model/state.ts';
import type { RunState } from '../view/run-state.ts';
import {
  hashKey,
  jsonCell,
  jsonOf,
  maybeTextOf,
  maybeWholeOf,
  textCell,
  textCellOr,
  textOf,
  wholeCell,
  wholeCellOr,
  wholeOf,
} from './cells.ts';
import { runSummary, searchedText } from './port/run-summary.ts';
import type { RunSummary } from './port/run-summary.ts';
import type { Cell, Row } from './port/sql.ts';

/** What a run's row says in `detail` once it has ended. */
type RunDetail = {
  readonly paused: boolean;
  readonly canceled: boolean;
  readonly pauses: readonly (readonly [number, number | null])[];
  readonly lastEventMs: number;
  /** Where a run of a part of its dag begins. */
  readonly from?: readonly NodeName[];
  readonly traceparent?: string;
  /** For each node by index: its state, failures, losses. */
  readonly nodes: readonly (readonly [FinalState, number, number])[];
};

/** The cells of `tables.runs`. Costs a walk over its nodes. */
export function runCells(run: Run): Cell[] {
  const summary = runSummary(run);
  return [
    textCell(run.id),
    textCell(run.dag),
    hashKey(run.definition.hash),
    summary.state,
    wholeCell(run.triggeredMs),
    wholeCellOr(summary.endedMs),
    textCell(run.by),
    jsonCell(run.params),
    summary.nodes,
    summary.ended,
    summary.succeeded,
    summary.failed,
    textCellOr(summary.error),
    textCell(searchedText(summary)),
    run.end === undefined ? null : jsonCell(detailOf(run)),
  ];
}

function detailOf(run: Run): RunDetail {
  return {
    paused: run.paused,
    canceled: run.canceled,
    pauses: run.pauses.map(({ fromMs, toMs }) => [fromMs, toMs ?? null]),
    lastEventMs: run.lastEventMs,
    ...(run.scope === undefined ? {} : { from: run.scope.from }),
    ...(run.traceparent === undefined ? {} : { traceparent: run.traceparent }),
    nodes: run.nodes.map(({ status, failures, losses }) => {
      if (!isFinal(status.is)) throw new Error(`a node of ${run.id} is ${status.is} after its end`);
      return [status.is, failures, losses];
    }),
  };
}

/** From a row of `runs` with its version's `hash`. */
export function summaryOf(row: Row): RunSummary {
  const endedMs = maybeWholeOf(row, 'ended_ms');
  const error = maybeTextOf(row, 'error');
  return {
    run: textOf(row, 'run') as RunId,
    dag: textOf(row, 'dag') as DagName,
    hash: textOf(row, 'hash') as DagHash,
    state: textOf(row, 'state') as RunState,
    triggeredMs: wholeOf(row, 'triggered_ms'),
    ...(endedMs === undefined ? {} : { endedMs }),
    by: textOf(row, 'author'),
    params: jsonOf(row, 'params') as Readonly<Record<string, ParamValue>>,
    nodes: wholeOf(row, 'nodes'),
    ended: wholeOf(row, 'ended'),
    succeeded: wholeOf(row, 'succeeded'),
    failed: wholeOf(row, 'failed'),
    ...(error === undefined ? {} : { error }),
  };
}

/** The cells of `tables.attempts`. */
export function attemptCells(run: RunId, node: NodeName, attempt: Attempt): Cell[] {
  const { outcome, wrote } = attempt;
  const failed = outcome?.is === 'failed' ? outcome : undefined;
  return [
    textCell(run),
    textCell(node),
    attempt.number,
    textCell(attempt.server),
    textCell(attempt.incarnation),
    wholeCell(attempt.epoch),
    attempt.position,
    wholeCell(attempt.dispatchedMs),
    wholeCellOr(attempt.startedMs),
    wholeCellOr(attempt.finishedMs),
    outcome?.is ?? null,
    outcome !== undefined && 'error' in outcome ? textCell(outcome.error) : null,
    wholeCellOr(failed?.exitCode),
    textCellOr(failed?.signal),
    outcome?.is === 'succeeded' && outcome.output !== undefined ? jsonCell(outcome.output) : null,
    wholeCellOr(wrote?.stdoutBytes),
    wholeCellOr(wrote?.stderrBytes),
    wholeCellOr(wrote?.droppedBytes),
    textCellOr(wrote?.tail),
    jsonCell(attempt.late),
  ];
}

function attemptOf(row: Row): Attempt {
  return {
    number: wholeOf(row, 'attempt'),
    server: textOf(row, 'server') as ServerName,
    incarnation: textOf(row, 'incarnation') as Incarnation,
    epoch: wholeOf(row, 'epoch'),
    dispatchedMs: wholeOf(row, 'dispatched_ms'),
    position: wholeOf(row, 'position') as Position,
    startedMs: maybeWholeOf(row, 'started_ms'),
    finishedMs: maybeWholeOf(row, 'finished_ms'),
    outcome: outcomeOf(row),
    wrote: wroteOf(row),
    late: jsonOf(row, 'late') as { outcome: Outcome; atMs: number }[],
  };
}

function outcomeOf(row: Row): Outcome | undefined {
  const is = row['outcome'] as Outcome['is'] | null;
  const error = textOf(row, 'error');
  switch (is) {
    case null:
      return undefined;
    case 'succeeded':
      return row['output'] === null ? { is } : { is, output: jsonOf(row, 'output') };
    case 'failed': {
      const [exitCode, signal] = [maybeWholeOf(row, 'exit_code'), maybeTextOf(row, 'signal')];
      return {
        is,
        error,
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(signal === undefined ? {} : { signal }),
      };
    }
    case 'timed_out':
    case 'lost':
      return { is, error };
    case 'canceled':
      return { is };
  }
}

function wroteOf(row: Row): OutputFacts | undefined {
  const tail = maybeTextOf(row, 'tail');
  if (tail === undefined) return undefined;
  return {
    stdoutBytes: wholeOf(row, 'stdout_bytes'),
    stderrBytes: wholeOf(row, 'stderr_bytes'),
    droppedBytes: wholeOf(row, 'dropped_bytes'),
    tail,
  };
}

/**
 * A run that has ended, from its row and those of its attempts, as it was folded; undefined when it goes on, or when the rows are not of one
 * run of this definition.
 */
export function runOf(row: Row, attempts: readonly Row[], definition: Definition): Run | undefined {
  const { run: id, dag, state, triggeredMs, endedMs, by, params } = summaryOf(row);
  const detail = jsonOf(row, 'detail') as RunDetail | undefined;
  const isEnded = state === 'succeeded' || state === 'failed' || state === 'canceled';
  if (detail?.nodes.length !== definition.dag.nodes.length || !isEnded || endedMs === undefined)
    return undefined;
  const scope = detail.from === undefined ? undefined : scopeFrom(definition, detail.from);
  if (typeof scope === 'string') return undefined;
  const run: Run = {
    id,
    dag,
    definition,
    params,
    scope,
    traceparent: detail.traceparent,
    triggeredMs,
    by,
    paused: detail.paused,
    pauses: detail.pauses.map(([fromMs, toMs]): Pause => ({ fromMs, toMs: toMs ?? undefined })),
    canceled: detail.canceled,
    end: { outcome: state, atMs: endedMs },
    nodes: [],
    ready: new Set(),
    retrying: new Set(),
    active: new Set(),
    unsettled: 0,
    lastEventMs: detail.lastEventMs,
  };
  startNodes(run);
  run.ready.clear();
  run.unsettled = 0;
  for (const [index, [is, failures, losses]] of detail.nodes.entries())
    settle(run, index, { is, failures, losses });
  for (const attempt of attempts) {
    const index = definition.indexOf.get(textOf(attempt, 'node') as NodeName);
    run.nodes[index ?? -1]?.attempts.push(attemptOf(attempt));
  }
  return run;
}

function settle(
  run: Run,
  index: number,
  { is, failures, losses }: { is: FinalState } & Pick<NodeRun, 'failures' | 'losses'>,
): void {
  const node = run.nodes[index];
  if (node === undefined) return;
  node.status = { is };
  node.failures = failures;
  node.losses = losses;
  const kind = upstreamKind(is);
  // Nobody waits for what a run does not execute.
  if (kind === undefined || !isInside(run, index)) return;
  for (const target of run.definition.downstream[index] ?? []) {
    const counts = run.nodes[target]?.upstream;
    if (counts !== undefined) counts[kind] += 1;
  }
}
