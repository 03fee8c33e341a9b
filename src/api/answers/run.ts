import { maskSecrets } from '../../model/secret.ts';
import type { Run, State } from '../../model/state.ts';
import { isFinal } from '../../model/state.ts';
import { estimateOf } from '../../view/estimate.ts';
import { runState } from '../../view/run-state.ts';
import type { RunDetail, RunSummary } from '../contract/runs.ts';
import { isoTime, timeAt } from './iso-time.ts';
import { nodeAnswer } from './node.ts';
import { Reasons } from './reasons.ts';

export function runSummary(run: Run): RunSummary {
  let ended = 0;
  let succeeded = 0;
  let failed = 0;
  for (const { status } of run.nodes) {
    if (isFinal(status.is)) ended += 1;
    if (status.is === 'succeeded') succeeded += 1;
    else if (status.is === 'failed' || status.is === 'timed_out' || status.is === 'lost') failed += 1;
  }
  return {
    run: run.id,
    dag: run.dag,
    hash: run.definition.hash,
    state: runState(run),
    triggeredAt: isoTime(run.triggeredMs),
    ...timeAt('endedAt', run.end?.atMs),
    by: run.by,
    params: maskSecrets(run.params),
    total: run.nodes.length,
    ended,
    succeeded,
    failed,
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
