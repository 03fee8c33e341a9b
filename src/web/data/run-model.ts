import type { DagDetail, Drawing } from '../../api/contract/dags.ts';
import type { Attempt as AttemptAnswer, NodeDetail, RunDetail } from '../../api/contract/runs.ts';
import { compileDag } from '../../engine/definition.ts';
import { ruleAnswer, upstreamKind } from '../../engine/node-change.ts';
import { isInside, scopeFrom } from '../../engine/scope.ts';
import { DEFAULT_MAX_LOST, DEFAULT_RETRY } from '../../model/dag.ts';
import type { Outcome } from '../../model/event.ts';
import type {
  DagHash,
  DagName,
  Incarnation,
  NodeName,
  Position,
  RunId,
  ServerName,
} from '../../model/ids.ts';
import { isFinal } from '../../model/state.ts';
import type { Attempt, Definition, NodeRun, NodeStatus, Run } from '../../model/state.ts';

/**
 * The page gets a run as the API tells it and makes the engine's own `Run` of it, so that drawing, timeline, waits and the texts of confirmations
 * come from the very functions that the terminal has.
 */
export type RunModel = {
  readonly definition: Definition;
  readonly detail: RunDetail;
  /** By index of the dag. */
  readonly nodes: readonly NodeDetail[];
  readonly run: Run;
};

/** The definition of a version of a dag, or why it can't be one. */
export function definitionOf({ hash, definition }: DagDetail): Definition | string {
  return compileDag(hash as DagHash, definition);
}

/** What can be known of a version that nobody keeps any more: nodes and edges. */
export function definitionOfDrawing({ dag, hash, nodes, edges }: Drawing): Definition | string {
  const depends = new Map<string, NodeName[]>();
  for (const [from, to] of edges) depends.set(to, [...(depends.get(to) ?? []), from as NodeName]);
  return compileDag(hash as DagHash, {
    name: dag as DagName,
    params: {},
    env: {},
    nodes: nodes.map(({ name }) => ({
      name: name as NodeName,
      depends: depends.get(name) ?? [],
      env: {},
      retry: DEFAULT_RETRY,
      triggerRule: 'all_success',
      maxLost: DEFAULT_MAX_LOST,
      priority: 0,
    })),
  });
}

/** `answer` on top of what was known before; a part of a run is nothing without the rest. */
export function mergeRun(
  definition: Definition,
  before: RunModel | undefined,
  answer: RunDetail,
): RunModel | undefined {
  const known = before?.nodes;
  if (!answer.isComplete && known === undefined) return undefined;
  const nodes: (NodeDetail | undefined)[] = answer.isComplete ? [] : [...(known ?? [])];
  for (const node of answer.nodes) {
    const index = definition.indexOf.get(node.node as NodeName);
    if (index !== undefined) nodes[index] = node;
  }
  const whole = definition.dag.nodes.map(
    ({ name }, index): NodeDetail =>
      nodes[index] ?? { node: name, state: 'waiting', reason: '', attempts: [] },
  );
  return { definition, detail: answer, nodes: whole, run: runOf(definition, answer, whole) };
}

function runOf(definition: Definition, detail: RunDetail, nodes: readonly NodeDetail[]): Run {
  const scope = detail.from === undefined ? undefined : scopeFrom(definition, detail.from as NodeName[]);
  const run: Run = {
    id: detail.run as RunId,
    dag: detail.dag as DagName,
    definition,
    params: detail.params,
    scope: typeof scope === 'string' ? undefined : scope,
    triggeredMs: Date.parse(detail.triggeredAt),
    by: detail.by,
    traceparent: undefined,
    paused: detail.pauses.some(({ to }) => to === undefined),
    pauses: detail.pauses.map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: timeOf(to) })),
    canceled: detail.state === 'canceling' || detail.state === 'canceled',
    end: endOf(detail),
    nodes: nodes.map(nodeRunOf),
    ready: new Set(),
    retrying: new Set(),
    active: new Set(),
    unsettled: 0,
    lastEventMs: 0,
  };
  settle(run);
  return run;
}

function endOf({ state, endedAt }: RunDetail): Run['end'] {
  const atMs = timeOf(endedAt);
  if (atMs === undefined) return undefined;
  return state === 'succeeded' || state === 'failed' || state === 'canceled'
    ? { outcome: state, atMs }
    : undefined;
}

/** Counts and sets that follow from the states, as the fold keeps them. */
function settle(run: Run): void {
  for (const [index, { status }] of run.nodes.entries()) {
    const { is } = status;
    if (is === 'queued' || is === 'running') run.active.add(index);
    if (is === 'retrying') run.retrying.add(index);
    if (!isFinal(is)) run.unsettled += 1;
    const kind = upstreamKind(is);
    if (kind === undefined || !isInside(run, index)) continue;
    for (const target of run.definition.downstream[index] ?? []) {
      const counts = run.nodes[target]?.upstream;
      if (counts !== undefined) counts[kind] += 1;
    }
  }
  for (const [index, { status }] of run.nodes.entries())
    if (status.is === 'waiting' && ruleAnswer(run, index) !== 'wait') run.ready.add(index);
}

function nodeRunOf({ state, dueAt, attempts }: NodeDetail): NodeRun {
  const dueMs = timeOf(dueAt) ?? 0;
  const status: NodeStatus = state === 'retrying' ? { is: state, dueMs, delayMs: 0 } : { is: state };
  return {
    status,
    attempts: attempts.map(attemptOf),
    failures: 0,
    losses: 0,
    upstream: { succeeded: 0, failed: 0, skipped: 0 },
  };
}

function attemptOf(answer: AttemptAnswer): Attempt {
  return {
    number: answer.attempt,
    server: answer.server as ServerName,
    incarnation: answer.server as Incarnation,
    epoch: answer.epoch,
    dispatchedMs: Date.parse(answer.dispatchedAt),
    position: 0 as Position,
    startedMs: timeOf(answer.startedAt),
    finishedMs: timeOf(answer.finishedAt),
    outcome: outcomeOf(answer),
    wrote: undefined,
    late: [],
  };
}

function outcomeOf({ outcome, error = '', exitCode, signal }: AttemptAnswer): Outcome | undefined {
  if (outcome === undefined) return undefined;
  switch (outcome) {
    case 'succeeded':
      return { is: 'succeeded' };
    case 'canceled':
      return { is: 'canceled' };
    case 'failed':
      return {
        is: 'failed',
        error,
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(signal === undefined ? {} : { signal }),
      };
    case 'timed_out':
    case 'lost':
      return { is: outcome, error };
  }
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
