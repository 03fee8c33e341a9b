import type { EventOf } from '../model/event.ts';
import type { NodeName } from '../model/ids.ts';
import { ACCEPTED, isFinal, rejected } from '../model/state.ts';
import type { Run, State, Verdict } from '../model/state.ts';
import { reachable } from './definition.ts';
import { nodeOf } from './lookup.ts';
import { ruleAnswer, setStatus } from './node-change.ts';
import { whyOutside } from './scope.ts';

/** Retry by hand: opens an ended run again, with fresh budgets for the nodes that it touches. (invariants 10 and 12) */
export function retryNode(state: State, event: EventOf<'node.retried'>): Verdict {
  const run = state.runs.get(event.run);
  if (run === undefined) return rejected(`there is no run ${event.run}`);
  const scope = retryScope(run, event.node, event.downstream);
  if (typeof scope === 'string') return rejected(scope);
  if (run.end !== undefined) {
    run.end = undefined;
    state.finishedRuns.delete(run.id);
    state.openRuns.add(run);
  }
  run.canceled = false;
  for (const index of scope) {
    const node = run.nodes[index];
    if (node === undefined) continue;
    node.failures = 0;
    node.losses = 0;
    setStatus(run, index, { is: 'waiting' });
  }
  run.lastEventMs = event.atMs;
  return ACCEPTED;
}

/**
 * The indexes of the nodes that a retry puts back to waiting, in the dag's order, or why it can't be done: `node` itself, then
 * with `downstream` all that follows from it, else only what never ran because of it. For confirmations ("7 nodes will run
 * again") and for the fold alike.
 */
export function retryScope(run: Run, node: NodeName, downstream: boolean): number[] | string {
  const found = nodeOf(run, node);
  if (typeof found === 'string') return found;
  const outside = whyOutside(run, found.index);
  if (outside !== undefined) return `${node} is ${outside}`;
  const state = found.node.status.is;
  if (!isFinal(state)) return `${node} is ${state}; wait for its end or cancel the run first`;
  if (state === 'succeeded' && !downstream)
    return `${node} succeeded; only a retry with downstream runs it again`;
  if (ruleAnswer(run, found.index) !== 'start') {
    return `${node} ended as ${state} because of what it depends on; retry that`;
  }
  const scope = new Set([found.index]);
  for (const index of reachable(run.definition.downstream, found.index)) {
    const after = run.nodes[index]?.status.is ?? 'waiting';
    if (downstream && !isFinal(after) && after !== 'waiting') {
      const name = run.definition.dag.nodes[index]?.name ?? '';
      return `${name}, downstream of ${node}, is ${after}; wait for its end or cancel the run first`;
    }
    if (downstream ? isFinal(after) : neverRan(run, index)) scope.add(index);
  }
  return run.definition.order.filter((index) => scope.has(index));
}

/** Ended without having had its chance. */
function neverRan(run: Run, index: number): boolean {
  const state = run.nodes[index]?.status.is;
  return state === 'upstream_failed' || state === 'skipped' || state === 'canceled';
}
