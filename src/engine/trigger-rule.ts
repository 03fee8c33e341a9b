import type { TriggerRule } from '../model/dag.ts';
import type { UpstreamCounts } from '../model/state.ts';

export type RuleAnswer = 'wait' | 'start' | 'skip' | 'upstream_failed';

/**
 * Whether a node with `upstreamCount` dependencies may start, given how those that ended have ended. `failed` counts every end that
 * is neither success nor skip. The answer comes as early as it is certain, and once it is not `wait` it stays what it is while
 * further nodes end. Semantics of the named rules: Airflow's documentation on trigger rules; `atLeast` is k of n, or all
 * of fewer than k: a run may start below some of them.
 */
export function evaluateRule(rule: TriggerRule, upstreamCount: number, counts: UpstreamCounts): RuleAnswer {
  const { succeeded, failed, skipped } = counts;
  const open = upstreamCount - succeeded - failed - skipped;
  if (typeof rule === 'object') {
    const needed = Math.min(rule.atLeast, upstreamCount);
    if (succeeded >= needed) return 'start';
    if (succeeded + open >= needed) return 'wait';
    return failed > 0 ? 'upstream_failed' : 'skip';
  }
  if (upstreamCount === 0) return 'start';
  switch (rule) {
    case 'always':
      return 'start';
    case 'all_success':
      if (failed > 0) return 'upstream_failed';
      if (skipped > 0) return 'skip';
      return open > 0 ? 'wait' : 'start';
    case 'all_done':
      return open > 0 ? 'wait' : 'start';
    case 'all_failed':
      if (succeeded + skipped > 0) return 'skip';
      return open > 0 ? 'wait' : 'start';
    case 'one_success':
      if (succeeded > 0) return 'start';
      if (open > 0) return 'wait';
      return failed > 0 ? 'upstream_failed' : 'skip';
    case 'one_failed':
      if (failed > 0) return 'start';
      return open > 0 ? 'wait' : 'skip';
    case 'none_failed':
      if (failed > 0) return 'upstream_failed';
      return open > 0 ? 'wait' : 'start';
    case 'none_failed_min_one_success':
      if (failed > 0) return 'upstream_failed';
      if (open > 0) return 'wait';
      return succeeded > 0 ? 'start' : 'skip';
  }
}
