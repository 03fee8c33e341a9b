import { runSummary as summaryOf } from '../../history/port/run-summary.ts';
import type { RunSummary as ListedSummary } from '../../history/port/run-summary.ts';
import { maskSecrets } from '../../model/secret.ts';
import type { Run, State } from '../../model/state.ts';
import { estimateOf } from '../../view/estimate.ts';
import type { RunDetail, RunSummary } from '../contract/runs.ts';
import { isoTime, timeAt } from './iso-time.ts';
import { nodeAnswer } from './node.ts';
import { Reasons } from './reasons.ts';

/** Of a run as it was folded. */
export function runSummary(run: Run): RunSummary {
  return summaryAnswer(summaryOf(run), run);
}

/** Of a line of the list; `run` where it is at hand. */
export function summaryAnswer(summary: ListedSummary, run: Run | undefined): RunSummary {
  return {
    run: summary.run,
    dag: summary.dag,
    hash: summary.hash,
    state: summary.state,
    triggeredAt: isoTime(summary.triggeredMs),
    ...timeAt('endedAt', summary.endedMs),
    by: summary.by,
    params: maskSecrets(summary.params),
    ...(run?.scope === undefined ? {} : { from: [...run.scope.from] }),
    total: summary.nodes,
    ended: summary.ended,
    succeeded: summary.succeeded,
    failed: summary.failed,
    ...(summary.error === undefined ? {} : { error: summary.error }),
  };
}

export type DetailOptions = {
  /** The indexes of the nodes to tell of; undefined: all. */
  readonly changed?: ReadonlySet<number> | undefined;
  readonly position: number;
  readonly source: RunDetail['source'];
};

/** A run with its nodes. `state` is what it is in, for the reasons. */
export function runDetail(
  state: State,
  run: Run,
  nowMs: number,
  { changed, position, source }: DetailOptions,
): RunDetail {
  const reasons = new Reasons(state, run, nowMs);
  const estimate = source === 'live' ? estimateOf(state, run, nowMs) : undefined;
  const indexes = changed === undefined ? run.nodes.keys() : [...changed].sort((a, b) => a - b);
  return {
    ...runSummary(run),
    position,
    isComplete: changed === undefined,
    source,
    pauses: run.pauses.map(({ fromMs, toMs }) => ({ from: isoTime(fromMs), ...timeAt('to', toMs) })),
    ...(estimate === undefined
      ? {}
      : {
          estimate: {
            leftMs: Math.max(0, estimate.leftMs),
            endAt: isoTime(estimate.endMs),
            isAtLeast: estimate.isAtLeast,
            runs: estimate.runs,
          },
        }),
    nodes: [...indexes].map((index) => nodeAnswer(run, index, reasons.of(index), false)),
  };
}
