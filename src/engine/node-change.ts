import type { NodeState, NodeStatus, Run, UpstreamCounts } from '../model/state.ts';
import { isFinal } from '../model/state.ts';
import { isInside, upstreamCount } from './scope.ts';
import { evaluateRule } from './trigger-rule.ts';
import type { RuleAnswer } from './trigger-rule.ts';

/** How a node's state counts for the nodes that depend on it; undefined while it has not ended. */
export function upstreamKind(state: NodeState): keyof UpstreamCounts | undefined {
  switch (state) {
    case 'succeeded':
      return 'succeeded';
    case 'skipped':
      return 'skipped';
    case 'failed':
    case 'timed_out':
    case 'lost':
    case 'upstream_failed':
    case 'canceled':
      return 'failed';
    case 'waiting':
    case 'queued':
    case 'running':
    case 'retrying':
      return undefined;
  }
}

/** What the trigger rule of node `index` says now. */
export function ruleAnswer(run: Run, index: number): RuleAnswer {
  const node = run.definition.dag.nodes[index];
  const state = run.nodes[index];
  if (node === undefined || state === undefined) return 'wait';
  return evaluateRule(node.triggerRule, upstreamCount(run, index), state.upstream);
}

/**
 * The only way by which a node changes its state: keeps the run's sets and the counts of the nodes downstream in step.
 * (invariant 9 of `fold.ts`)
 */
export function setStatus(run: Run, index: number, status: NodeStatus): void {
  const node = run.nodes[index];
  if (node === undefined) throw new Error(`no node ${index} in ${run.id}`);
  const before = node.status.is;
  node.status = status;
  const after = status.is;
  if (before === after) return;

  if (after === 'queued' || after === 'running') run.active.add(index);
  else run.active.delete(index);
  if (after === 'retrying') run.retrying.add(index);
  else run.retrying.delete(index);
  refreshReady(run, index);

  run.unsettled += (isFinal(before) ? 1 : 0) - (isFinal(after) ? 1 : 0);
  const kindBefore = upstreamKind(before);
  const kindAfter = upstreamKind(after);
  if (kindBefore === kindAfter) return;
  for (const target of run.definition.downstream[index] ?? []) {
    const counts = run.nodes[target]?.upstream;
    if (counts === undefined) continue;
    if (kindBefore !== undefined) counts[kindBefore] -= 1;
    if (kindAfter !== undefined) counts[kindAfter] += 1;
    refreshReady(run, target);
  }
}

/** A waiting node is ready when its rule has an answer. */
function refreshReady(run: Run, index: number): void {
  const waiting = run.nodes[index]?.status.is === 'waiting';
  if (waiting && ruleAnswer(run, index) !== 'wait') run.ready.add(index);
  else run.ready.delete(index);
}

/** A fresh run's nodes: all waiting, those without dependencies ready; what the run does not execute is skipped. */
export function startNodes(run: Run): void {
  for (const index of run.definition.dag.nodes.keys()) {
    const status: NodeStatus = { is: isInside(run, index) ? 'waiting' : 'skipped' };
    const upstream = { succeeded: 0, failed: 0, skipped: 0 };
    run.nodes.push({ status, attempts: [], failures: 0, losses: 0, upstream });
    if (status.is === 'waiting') run.unsettled += 1;
    refreshReady(run, index);
  }
}
