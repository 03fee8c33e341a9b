import type { ParamValue } from '../model/dag.ts';
import type { NodeName } from '../model/ids.ts';
import type { NodeRun, NodeState, Run } from '../model/state.ts';

/** Of two runs, what one was and what the other; undefined where there was nothing. */
export type Pair<Value> = { readonly one: Value | undefined; readonly other: Value | undefined };

export type NodeDifference = {
  readonly node: NodeName;
  /** Absent when both are the same. */
  readonly state?: Pair<NodeState>;
  readonly attempts?: Pair<number>;
  readonly server?: Pair<string>;
  readonly output?: Pair<unknown>;
  readonly error?: Pair<string>;
  /** How long the last attempt ran, when one took much longer than the other. */
  readonly tookMs?: Pair<number>;
};

export type RunDifference = {
  readonly version: Pair<string> | undefined;
  readonly params: readonly ({ readonly name: string } & Pair<ParamValue>)[];
  /** In the order of the first run's dag, then those that only the other has. */
  readonly nodes: readonly NodeDifference[];
  readonly tookMs: Pair<number>;
};

/** Times that differ less than this part of the longer one, or than this at all, are the same. */
const SAME_PART = 0.2;
const SAME_MS = 200;

/** What differs between two runs, of one dag or of two. */
export function runDifference(one: Run, other: Run): RunDifference {
  const names = new Set([...Object.keys(one.params), ...Object.keys(other.params)]);
  const params = [...names].flatMap((name) => {
    const pair = { one: one.params[name], other: other.params[name] };
    return pair.one === pair.other ? [] : [{ name, ...pair }];
  });
  const nodes = new Set([...one.definition.indexOf.keys(), ...other.definition.indexOf.keys()]);
  return {
    version: pairOf(one.definition.hash, other.definition.hash),
    params,
    nodes: [...nodes].flatMap((node) => nodeDifference(node, nodeOf(one, node), nodeOf(other, node)) ?? []),
    tookMs: { one: tookOf(one), other: tookOf(other) },
  };
}

function nodeOf(run: Run, name: NodeName): NodeRun | undefined {
  return run.nodes[run.definition.indexOf.get(name) ?? -1];
}

function tookOf({ end, triggeredMs }: Run): number | undefined {
  return end === undefined ? undefined : end.atMs - triggeredMs;
}

function nodeDifference(
  node: NodeName,
  one: NodeRun | undefined,
  other: NodeRun | undefined,
): NodeDifference | undefined {
  // Of a node that only one of them has, that is all there is to say.
  if (one === undefined || other === undefined)
    return { node, state: { one: one?.status.is, other: other?.status.is } };
  const [mine, theirs] = [factsOf(one), factsOf(other)];
  const state = pairOf(mine.state, theirs.state);
  const attempts = pairOf(mine.attempts, theirs.attempts);
  const server = pairOf(mine.server, theirs.server);
  const error = pairOf(mine.error, theirs.error);
  const isSameOutput = JSON.stringify(mine.output) === JSON.stringify(theirs.output);
  const tookMs = isSameTime(mine.tookMs, theirs.tookMs)
    ? undefined
    : { one: mine.tookMs, other: theirs.tookMs };
  const difference: NodeDifference = {
    node,
    ...(state === undefined ? {} : { state }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(server === undefined ? {} : { server }),
    ...(isSameOutput ? {} : { output: { one: mine.output, other: theirs.output } }),
    ...(error === undefined ? {} : { error }),
    ...(tookMs === undefined ? {} : { tookMs }),
  };
  return Object.keys(difference).length === 1 ? undefined : difference;
}

type Facts = {
  readonly state?: NodeState;
  readonly attempts?: number;
  readonly server?: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly tookMs?: number;
};

function factsOf(node: NodeRun): Facts {
  const state = node.status.is;
  const last = node.attempts.at(-1);
  if (last === undefined) return { state, attempts: 0 };
  const { outcome, startedMs, finishedMs, server } = last;
  return {
    state,
    attempts: node.attempts.length,
    server,
    ...(outcome?.is === 'succeeded' && outcome.output !== undefined ? { output: outcome.output } : {}),
    ...(outcome !== undefined && 'error' in outcome ? { error: outcome.error } : {}),
    ...(startedMs === undefined || finishedMs === undefined ? {} : { tookMs: finishedMs - startedMs }),
  };
}

/** Undefined when both are the same. */
function pairOf<Value>(one: Value | undefined, other: Value | undefined): Pair<Value> | undefined {
  return one === other ? undefined : { one, other };
}

function isSameTime(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const apartMs = Math.abs(one - other);
  return apartMs < SAME_MS || apartMs < SAME_PART * Math.max(one, other);
}
