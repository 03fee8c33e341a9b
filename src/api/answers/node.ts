import { limits } from '../../model/limits.ts';
import type { Outcome } from '../../model/event.ts';
import type { Attempt as AttemptState, Run } from '../../model/state.ts';
import type { Attempt, NodeDetail } from '../contract/runs.ts';
import { isoTime, timeAt } from './iso-time.ts';

/** A node with its attempts. `isWhole`: with outputs of any size. */
export function nodeAnswer(run: Run, index: number, reason: string, isWhole: boolean): NodeDetail {
  const node = run.nodes[index];
  const name = run.definition.dag.nodes[index]?.name;
  if (node === undefined || name === undefined) throw new Error(`${run.id} has no node ${index}`);
  const { status } = node;
  return {
    node: name,
    state: status.is,
    reason,
    ...timeAt('dueAt', status.is === 'retrying' ? status.dueMs : undefined),
    attempts: node.attempts.map((attempt) => attemptAnswer(attempt, isWhole)),
  };
}

function attemptAnswer(attempt: AttemptState, isWhole: boolean): Attempt {
  const { outcome, wrote, late } = attempt;
  return {
    attempt: attempt.number,
    server: attempt.server,
    epoch: attempt.epoch,
    dispatchedAt: isoTime(attempt.dispatchedMs),
    ...timeAt('startedAt', attempt.startedMs),
    ...timeAt('finishedAt', attempt.finishedMs),
    ...(outcome === undefined ? {} : outcomeAnswer(outcome, isWhole)),
    ...(wrote === undefined
      ? {}
      : {
          stdoutBytes: wrote.stdoutBytes,
          stderrBytes: wrote.stderrBytes,
          droppedBytes: wrote.droppedBytes,
          ...(wrote.tail === '' || outcome?.is === 'succeeded' ? {} : { tail: wrote.tail }),
        }),
    ...(late.length === 0
      ? {}
      : { late: late.map(({ outcome: { is }, atMs }) => ({ outcome: is, at: isoTime(atMs) })) }),
  };
}

function outcomeAnswer(outcome: Outcome, isWhole: boolean): Partial<Attempt> {
  switch (outcome.is) {
    case 'succeeded': {
      const { output } = outcome;
      if (output === undefined) return { outcome: 'succeeded' };
      const outputBytes = bytesOf(outcome);
      const isShown = isWhole || outputBytes <= limits.apiInlineOutputMaxBytes;
      return { outcome: 'succeeded', outputBytes, ...(isShown ? { output } : {}) };
    }
    case 'failed': {
      const { error, exitCode, signal } = outcome;
      return {
        outcome: 'failed',
        error,
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(signal === undefined ? {} : { signal }),
      };
    }
    case 'timed_out':
    case 'lost':
      return { outcome: outcome.is, error: outcome.error };
    case 'canceled':
      return { outcome: 'canceled' };
  }
}

const sizes = new WeakMap<Outcome, number>();

/** Of an output as JSON; measured once. */
function bytesOf(outcome: Outcome & { is: 'succeeded' }): number {
  const known = sizes.get(outcome);
  if (known !== undefined) return known;
  const bytes = Buffer.byteLength(JSON.stringify(outcome.output));
  sizes.set(outcome, bytes);
  return bytes;
}
