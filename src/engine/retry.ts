import type { RetryPolicy } from '../model/dag.ts';
import type { AttemptKey } from '../model/ids.ts';
import type { Outcome } from '../model/event.ts';

/**
 * How long the node waits after its `failures`-th failure (1, 2, …), in whole milliseconds: `intervalMs` × `backoff`^(failures − 1), at most
 * `maxIntervalMs`, of which the part `jitter` is spread evenly below. The spread is derived from the attempt, so all readers agree.
 */
export function retryDelayMs(policy: RetryPolicy, failures: number, key: AttemptKey): number {
  // The growth passes all numbers after some hundred failures, and nothing times infinity is not a number.
  const growth = Math.min(policy.backoff ** (failures - 1), Number.MAX_VALUE);
  const grown = policy.intervalMs * growth;
  const bounded = Math.min(grown, policy.maxIntervalMs);
  const spread = policy.jitter * hashFraction(`${key.run}/${key.node}/${key.attempt}`);
  return Math.round(bounded * (1 - spread));
}

/** Whether the policy tries again after this outcome, when `failures` (this one among them) have been counted. */
export function isRetried(policy: RetryPolicy, failures: number, outcome: Outcome): boolean {
  if (failures > policy.limit) return false;
  if (outcome.is !== 'failed' || policy.exitCodes === undefined) return true;
  return outcome.exitCode !== undefined && policy.exitCodes.includes(outcome.exitCode);
}

/** A text as a number in [0, 1), well spread: FNV-1a (Fowler, Noll, Vo; 32 bits) with the finalizer of MurmurHash3 (Appleby). */
export function hashFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
