/**
 * A state as a value that can be written down, and back. What comes back is the same in all that a fold or a decision looks at, the order of its maps
 * and sets included; counts that follow from the rest are worked out anew.
 */
import type { SavedRun, SavedState } from '../model/checkpoint.ts';
import type { AgentState, Attempt, Definition, NodeRun, OpenCheckpoint, Run, State } from '../model/state.ts';
import { isFinal } from '../model/state.ts';
import { compileDag } from './definition.ts';
import { createState } from './fold.ts';
import { upstreamKind } from './node-change.ts';
import { scopeFrom } from './scope.ts';

export function saveState(state: State): SavedState {
  return {
    version: 1,
    epoch: state.epoch,
    ...(state.leader === undefined ? {} : { leader: state.leader }),
    dags: [...state.dags].map(([name, hash]) => ({ name, hash })),
    definitions: [...state.definitions.values()].map(({ hash, dag }) => ({ hash, dag })),
    placement: state.placement,
    cordoned: [...state.cordoned],
    agents: [...state.agents.values()].map(({ only, names, ...agent }) => ({
      ...agent,
      names: [...names],
      ...(only === undefined ? {} : { only: [...only] }),
    })),
    runs: [...state.runs.values()].map(saveRun),
    openRuns: [...state.openRuns].map(({ id }) => id),
    finishedRuns: [...state.finishedRuns],
    recentIds: [...state.recentIds],
    checkpoints: {
      ...(state.checkpoints.open === undefined ? {} : { open: saveOpen(state.checkpoints.open) }),
      complete: state.checkpoints.complete.map((checkpoint) => ({ ...checkpoint })),
    },
  };
}

/** How much text a run takes in a checkpoint, in characters. */
export function savedLength(run: Run): number {
  return JSON.stringify(saveRun(run)).length;
}

function saveRun(run: Run): SavedRun {
  const { id, dag, definition, params, scope, triggeredMs, by, paused, canceled, end, lastEventMs } = run;
  return {
    ...{ id, dag, hash: definition.hash, params },
    ...(scope === undefined ? {} : { from: [...scope.from] }),
    ...{ triggeredMs, by },
    ...(run.traceparent === undefined ? {} : { traceparent: run.traceparent }),
    ...{ paused, pauses: run.pauses.map(savePause), canceled },
    ...(end === undefined ? {} : { end }),
    nodes: run.nodes.map(({ status, attempts, failures, losses }) => ({
      status,
      attempts: attempts.map(saveAttempt),
      failures,
      losses,
    })),
    ready: [...run.ready],
    retrying: [...run.retrying],
    active: [...run.active],
    lastEventMs,
  };
}

function saveOpen({
  id,
  base,
  seen,
  parts,
  digest,
}: OpenCheckpoint): NonNullable<SavedState['checkpoints']['open']> {
  return parts === undefined || digest === undefined ? { id, base, seen } : { id, base, seen, parts, digest };
}

function savePause({ fromMs, toMs }: Run['pauses'][number]): SavedRun['pauses'][number] {
  return toMs === undefined ? { fromMs } : { fromMs, toMs };
}

type SavedAttempt = SavedRun['nodes'][number]['attempts'][number];

/** Its number is its place. */
function saveAttempt(attempt: Attempt): SavedAttempt {
  const { server, incarnation, epoch, dispatchedMs, position, startedMs, finishedMs, outcome, wrote } =
    attempt;
  return {
    ...{ server, incarnation, epoch, dispatchedMs, position },
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(finishedMs === undefined ? {} : { finishedMs }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(wrote === undefined ? {} : { wrote }),
    late: [...attempt.late],
  };
}

/** The state that was saved, or why it is none: whoever may write to the log may write anything. */
export function restoreState(saved: SavedState): State | string {
  const state = createState();
  state.epoch = saved.epoch;
  state.leader = saved.leader;
  state.placement = saved.placement;
  for (const { hash, dag } of saved.definitions) {
    const definition = compileDag(hash, dag);
    if (typeof definition === 'string') return `version ${hash}: ${definition}`;
    state.definitions.set(hash, definition);
  }
  for (const { name, hash } of saved.dags) {
    if (state.definitions.get(hash)?.dag.name !== name) return `${name} has no version ${hash}`;
    state.dags.set(name, hash);
  }
  for (const server of saved.cordoned) state.cordoned.add(server);
  for (const agent of saved.agents) state.agents.set(agent.server, restoreAgent(agent));
  for (const run of saved.runs) {
    const restored = restoreRun(run, state.definitions.get(run.hash));
    if (typeof restored === 'string') return `run ${run.id}: ${restored}`;
    restored.definition.pins += 1;
    state.runs.set(run.id, restored);
  }
  for (const id of saved.openRuns) {
    const run = state.runs.get(id);
    if (run === undefined || run.end !== undefined) return `run ${id} is not open`;
    state.openRuns.add(run);
  }
  for (const id of saved.finishedRuns) {
    if (state.runs.get(id)?.end === undefined) return `run ${id} has not ended`;
    state.finishedRuns.add(id);
  }
  if (state.openRuns.size + state.finishedRuns.size !== state.runs.size)
    return 'a run is neither open nor ended';
  for (const id of saved.recentIds) state.recentIds.add(id);
  const { open, complete } = saved.checkpoints;
  if (open !== undefined) {
    const { id, base, seen, parts, digest } = open;
    state.checkpoints.open = { id, base, seen, parts, digest };
  }
  state.checkpoints.complete = complete;
  return state;
}

function restoreAgent(saved: SavedState['agents'][number]): AgentState {
  const { server, incarnation, names, slots, labels, only, journal, version, joinedMs, presence, load } =
    saved;
  return { server, incarnation, names, slots, labels, only, journal, version, joinedMs, presence, load };
}

function restoreRun(saved: SavedRun, definition: Definition | undefined): Run | string {
  if (definition === undefined || definition.dag.name !== saved.dag)
    return `${saved.dag} has no version ${saved.hash}`;
  if (saved.nodes.length !== definition.dag.nodes.length) return 'it has other nodes than its dag';
  const scope = saved.from === undefined ? undefined : scopeFrom(definition, saved.from);
  if (typeof scope === 'string') return scope;
  const { id, dag, params, triggeredMs, by, traceparent, paused, canceled, end, lastEventMs } = saved;
  const sets = [saved.ready, saved.retrying, saved.active];
  if (sets.some((set) => set.some((index) => index >= saved.nodes.length)))
    return 'it names a node that is none';
  const pauses = saved.pauses.map(({ fromMs, toMs }) => ({ fromMs, toMs }));
  const nodes = saved.nodes.map(restoreNode);
  const run: Run = {
    ...{
      id,
      dag,
      definition,
      params,
      scope,
      triggeredMs,
      by,
      traceparent,
      paused,
      pauses,
      canceled,
      end,
      nodes,
    },
    ready: new Set(saved.ready),
    retrying: new Set(saved.retrying),
    active: new Set(saved.active),
    unsettled: nodes.filter(({ status }) => !isFinal(status.is)).length,
    lastEventMs,
  };
  for (const [index, node] of nodes.entries()) countUpstream(run, index, node);
  return run;
}

/** Counts for those downstream how the node ended, if the run executes it. */
function countUpstream({ definition, scope, nodes }: Run, index: number, { status }: NodeRun): void {
  const kind = scope?.inside.has(index) === false ? undefined : upstreamKind(status.is);
  if (kind === undefined) return;
  for (const target of definition.downstream[index] ?? []) {
    const counts = nodes[target]?.upstream;
    if (counts !== undefined) counts[kind] += 1;
  }
}

function restoreNode({ status, attempts, failures, losses }: SavedRun['nodes'][number]): NodeRun {
  return {
    status,
    attempts: attempts.map((attempt, at) => restoreAttempt(attempt, at + 1)),
    failures,
    losses,
    upstream: { succeeded: 0, failed: 0, skipped: 0 },
  };
}

function restoreAttempt(saved: SavedAttempt, number: number): Attempt {
  const { server, incarnation, epoch, dispatchedMs, position, startedMs, finishedMs, outcome, wrote } = saved;
  return {
    ...{ number, server, incarnation, epoch, dispatchedMs, position, startedMs, finishedMs, outcome, wrote },
    late: saved.late,
  };
}
