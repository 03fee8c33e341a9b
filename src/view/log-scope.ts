import { reachable } from '../engine/definition.ts';
import type { NodeName, ServerName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { Attempt, NodeRun, Run } from '../model/state.ts';

/** Whose output a log shows: one attempt of a node, the node with all before or after it, or all nodes of the run. */
export type LogScope = 'node' | 'upstream' | 'downstream' | 'run';

export const LOG_SCOPES: readonly LogScope[] = ['node', 'upstream', 'downstream', 'run'];

export type FollowedAttempt = {
  readonly node: NodeName;
  readonly attempt: number;
  readonly server: ServerName;
};

/** What of a scope is followed, and how many of its nodes have written or may have. */
export type Followed = { readonly attempts: readonly FollowedAttempt[]; readonly nodes: number };

/**
 * The attempts that a log of the scope follows: of the node itself the `attempt` (by default the newest); of several nodes the newest of each, at
 * most `logNodesFollowedMax`: what runs, the longest first so that nothing is displaced by what starts; then what failed, then what ended last.
 */
export function followedIn(run: Run, index: number, scope: LogScope, attempt: number | undefined): Followed {
  if (scope === 'node') {
    const attempts = run.nodes[index]?.attempts ?? [];
    const chosen = attempt === undefined ? attempts.at(-1) : attempts[attempt - 1];
    const found = chosen === undefined ? undefined : started(run, index, chosen);
    return found === undefined ? { attempts: [], nodes: 0 } : { attempts: [found.followed], nodes: 1 };
  }
  const all = nodesIn(run, index, scope).flatMap((at) => {
    const newest = run.nodes[at]?.attempts.at(-1);
    return newest === undefined || isSilent(newest) ? [] : (started(run, at, newest) ?? []);
  });
  const ranked = all.toSorted((one, other) => one.rank - other.rank || one.order - other.order);
  const attempts = ranked.slice(0, limits.logNodesFollowedMax).map(({ followed }) => followed);
  return { attempts, nodes: all.length };
}

function nodesIn(run: Run, index: number, scope: Exclude<LogScope, 'node'>): readonly number[] {
  const { order, upstream, downstream } = run.definition;
  if (scope === 'run') return order;
  const near = reachable(scope === 'upstream' ? upstream : downstream, index);
  return order.filter((at) => at === index || near.has(at));
}

/** It has ended, and there is nothing to read. */
function isSilent({ wrote }: Attempt): boolean {
  return wrote !== undefined && wrote.stdoutBytes + wrote.stderrBytes === 0;
}

type Ranked = { readonly followed: FollowedAttempt; readonly rank: number; readonly order: number };

/** Undefined for a pass-through: it runs nothing. */
function started(run: Run, index: number, attempt: Attempt): Ranked | undefined {
  const node = run.definition.dag.nodes[index];
  const nodeRun = run.nodes[index];
  if (node?.command === undefined || nodeRun === undefined) return undefined;
  const followed = { node: node.name, attempt: attempt.number, server: attempt.server };
  const isOpen = attempt.outcome === undefined;
  const endedMs = attempt.finishedMs ?? attempt.dispatchedMs;
  return {
    followed,
    rank: isOpen ? 0 : hasFailed(nodeRun) ? 1 : 2,
    order: isOpen ? attempt.dispatchedMs : -endedMs,
  };
}

function hasFailed({ status }: NodeRun): boolean {
  switch (status.is) {
    case 'failed':
    case 'timed_out':
    case 'lost':
    case 'retrying':
      return true;
    case 'waiting':
    case 'queued':
    case 'running':
    case 'succeeded':
    case 'skipped':
    case 'upstream_failed':
    case 'canceled':
      return false;
  }
}
