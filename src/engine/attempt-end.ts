import type { Outcome } from '../model/event.ts';
import type { Attempt, NodeStatus, Run, State } from '../model/state.ts';
import { isRetried, retryDelayMs } from './retry.ts';

/** Records the outcome and frees the slot; what becomes of the node is the caller's. */
export function endAttempt(
  state: State,
  run: Run,
  index: number,
  attempt: Attempt,
  outcome: Outcome,
  atMs: number,
): void {
  attempt.outcome = outcome;
  attempt.finishedMs = atMs;
  const agent = state.agents.get(attempt.server);
  if (agent !== undefined && takesSlot(run, index)) agent.load = Math.max(0, agent.load - 1);
}

/** The node's state after its attempt ended so: counts the failure or the loss against its budget. */
export function afterOutcome(run: Run, index: number, outcome: Outcome, atMs: number): NodeStatus {
  const node = run.nodes[index];
  const definition = run.definition.dag.nodes[index];
  if (node === undefined || definition === undefined) throw new Error(`no node ${index} in ${run.id}`);
  switch (outcome.is) {
    case 'succeeded':
      return { is: 'succeeded' };
    case 'canceled':
      return { is: 'canceled' };
    case 'failed':
    case 'timed_out': {
      node.failures += 1;
      if (run.canceled || !isRetried(definition.retry, node.failures, outcome)) return { is: outcome.is };
      const key = { run: run.id, node: definition.name, attempt: node.attempts.length };
      const delayMs = retryDelayMs(definition.retry, node.failures, key);
      return { is: 'retrying', dueMs: atMs + delayMs, delayMs };
    }
    case 'lost':
      node.losses += 1;
      if (run.canceled) return { is: 'canceled' };
      return node.losses > definition.maxLost ? { is: 'lost' } : { is: 'waiting' };
  }
}

/** Pass-throughs run no process and so take no slot of their server. */
export function takesSlot(run: Run, index: number): boolean {
  return run.definition.dag.nodes[index]?.command !== undefined;
}
