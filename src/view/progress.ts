import type { NodeState, Run, State } from '../model/state.ts';
import { NODE_STATES } from './look.ts';

/** Of the nodes that the run executes, `done` counts those that have ended, however. */
export type Progress = { readonly done: number; readonly total: number };

export function progressOf(run: Run): Progress {
  const total = run.scope?.inside.size ?? run.nodes.length;
  return { done: total - run.unsettled, total };
}

/** How many nodes, of all or of those with such indices, are in each state that occurs, what needs a look first. Costs a walk over them. */
export function stateCounts(
  run: Run,
  indices: Iterable<number> = run.nodes.keys(),
): readonly { readonly state: NodeState; readonly count: number }[] {
  const counts = new Map<NodeState, number>();
  for (const index of indices) {
    const state = run.nodes[index]?.status.is ?? 'waiting';
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return NODE_STATES.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [{ state, count }];
  });
}

/** How much a state needs a look, 0 the most, and whether it needs one at all: it went wrong, or is under way. */
export function tellingRank(state: NodeState): { readonly rank: number; readonly isTelling: boolean } {
  const rank = NODE_STATES.indexOf(state);
  return { rank, isTelling: rank < NODE_STATES.indexOf('queued') };
}

export type RunCounts = {
  readonly open: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
};

/** The runs in memory by how they stand. */
export function runCounts(state: State): RunCounts {
  const counts = { open: state.openRuns.size, succeeded: 0, failed: 0, canceled: 0 };
  for (const id of state.finishedRuns) {
    const outcome = state.runs.get(id)?.end?.outcome;
    if (outcome !== undefined) counts[outcome] += 1;
  }
  return counts;
}
