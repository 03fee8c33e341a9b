import type { Run, UpstreamCounts } from '../model/state.ts';
import { upstreamCount } from './scope.ts';
import { evaluateRule } from './trigger-rule.ts';

export type Settlement = { readonly index: number; readonly to: 'skipped' | 'upstream_failed' };

/**
 * The nodes of `run` that wait or back off and can never start, each after those that settle it, so that the fold accepts them in this order. Follows the
 * consequences through the whole dag at once: a chain of 1,000 behind a failure takes one round, not 1,000.
 */
export function settled(run: Run): Settlement[] {
  const settlements: Settlement[] = [];
  const done = new Set<number>();
  const counts = new Map<number, UpstreamCounts>();

  const settle = (index: number): void => {
    const node = run.definition.dag.nodes[index];
    const state = run.nodes[index];
    if (node === undefined || state === undefined || done.has(index)) return;
    if (state.status.is !== 'waiting' && state.status.is !== 'retrying') return;
    const answer = evaluateRule(
      node.triggerRule,
      upstreamCount(run, index),
      counts.get(index) ?? state.upstream,
    );
    if (answer !== 'skip' && answer !== 'upstream_failed') return;
    done.add(index);
    settlements.push({ index, to: answer === 'skip' ? 'skipped' : 'upstream_failed' });
  };

  for (const index of run.ready) settle(index);
  // Backing off, and meanwhile a retry by hand gave what it depends on another end.
  for (const index of run.retrying) settle(index);
  for (let at = 0; at < settlements.length; at += 1) {
    const { index, to } = settlements[at] as Settlement;
    for (const target of run.definition.downstream[index] ?? []) {
      const state = run.nodes[target];
      if (state === undefined) continue;
      const ahead = counts.get(target) ?? { ...state.upstream };
      ahead[to === 'skipped' ? 'skipped' : 'failed'] += 1;
      counts.set(target, ahead);
      settle(target);
    }
  }
  return settlements;
}
