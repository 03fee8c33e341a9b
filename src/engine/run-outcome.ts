import type { RunOutcome } from '../model/event.ts';
import type { Run } from '../model/state.ts';
import { upstreamKind } from './node-change.ts';

/**
 * How a run ends whose nodes have all ended. It is `failed` when a node ended badly and nothing made up for that. Only redundancy makes
 * up for a failure: a node downstream that succeeded by `one_success` or `at_least`. A clean-up or alert node that runs
 * *because* of a failure (`all_done`, `one_failed`, …) does not turn the night's run green.
 */
export function runOutcome(run: Run): RunOutcome {
  if (run.canceled) return 'canceled';
  const { dag, downstream, order } = run.definition;
  const madeUp = new Set<number>();
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const index = order[at] ?? 0;
    if (!endedBadly(run, index)) continue;
    const compensated = (downstream[index] ?? []).some((target) => {
      if (madeUp.has(target)) return true;
      const rule = dag.nodes[target]?.triggerRule;
      const redundant = rule === 'one_success' || typeof rule === 'object';
      return redundant && run.nodes[target]?.status.is === 'succeeded';
    });
    if (!compensated) return 'failed';
    madeUp.add(index);
  }
  return 'succeeded';
}

function endedBadly(run: Run, index: number): boolean {
  const node = run.nodes[index];
  return node !== undefined && upstreamKind(node.status.is) === 'failed';
}
