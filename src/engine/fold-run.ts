import type { EventOf } from '../model/event.ts';
import { limits } from '../model/limits.ts';
import { ACCEPTED, isFinal, rejected } from '../model/state.ts';
import type { Run, State, Verdict } from '../model/state.ts';
import { endAttempt } from './attempt-end.ts';
import { dropUnused } from './fold-dag.ts';
import { openNode, openRun } from './lookup.ts';
import { ruleAnswer, setStatus, startNodes } from './node-change.ts';
import { runOutcome } from './run-outcome.ts';
import { scopeFrom } from './scope.ts';

export function triggerRun(state: State, event: EventOf<'run.triggered'>): Verdict {
  if (state.runs.has(event.run)) return rejected(`run ${event.run} exists`);
  const definition = state.definitions.get(event.hash);
  if (definition === undefined) return rejected(`version ${event.hash} of ${event.dag} is not known`);
  if (definition.dag.name !== event.dag) return rejected(`version ${event.hash} is not one of ${event.dag}`);
  for (const name of Object.keys(event.params)) {
    if (!Object.hasOwn(definition.dag.params, name))
      return rejected(`${event.dag} declares no parameter '${name}'`);
  }
  const scope = event.from === undefined ? undefined : scopeFrom(definition, event.from);
  if (typeof scope === 'string') return rejected(scope);
  const run: Run = {
    id: event.run,
    dag: event.dag,
    definition,
    params: { ...definition.dag.params, ...event.params },
    scope,
    triggeredMs: event.atMs,
    by: event.by,
    traceparent: event.traceparent,
    paused: false,
    pauses: [],
    canceled: false,
    end: undefined,
    nodes: [],
    ready: new Set(),
    retrying: new Set(),
    active: new Set(),
    unsettled: 0,
    lastEventMs: event.atMs,
  };
  startNodes(run);
  definition.pins += 1;
  state.runs.set(run.id, run);
  state.openRuns.add(run);
  return ACCEPTED;
}

export function cancelRun(state: State, event: EventOf<'run.canceled'>): Verdict {
  const run = openRun(state, event.run);
  if (typeof run === 'string') return rejected(run);
  if (run.canceled) return rejected('already canceled');
  run.canceled = true;
  run.lastEventMs = event.atMs;
  for (const [index, node] of run.nodes.entries()) {
    if (isFinal(node.status.is) || node.status.is === 'running') continue;
    const attempt = node.attempts.at(-1);
    // A queued attempt gets its outcome here, so an agent that meets it later does not start it.
    if (attempt !== undefined && attempt.outcome === undefined) {
      endAttempt(state, run, index, attempt, { is: 'canceled' }, event.atMs);
    }
    setStatus(run, index, { is: 'canceled' });
  }
  return ACCEPTED;
}

export function pauseRun(
  state: State,
  event: EventOf<'run.paused'> | EventOf<'run.resumed'>,
  paused: boolean,
): Verdict {
  const run = openRun(state, event.run);
  if (typeof run === 'string') return rejected(run);
  if (run.paused === paused) return rejected(paused ? 'already paused' : 'not paused');
  run.paused = paused;
  if (paused) run.pauses.push({ fromMs: event.atMs, toMs: undefined });
  else run.pauses.push({ fromMs: run.pauses.pop()?.fromMs ?? event.atMs, toMs: event.atMs });
  if (run.pauses.length > limits.pausesShownMax) run.pauses.shift();
  run.lastEventMs = event.atMs;
  return ACCEPTED;
}

export function settleNode(
  state: State,
  event: EventOf<'node.skipped'> | EventOf<'node.upstream_failed'>,
  to: 'skipped' | 'upstream_failed',
): Verdict {
  const found = openNode(state, event.run, event.node);
  if (typeof found === 'string') return rejected(found);
  const { run, index, node } = found;
  if (node.status.is !== 'waiting' && node.status.is !== 'retrying')
    return rejected(`the node is ${node.status.is}`);
  const answer = ruleAnswer(run, index);
  if (answer !== (to === 'skipped' ? 'skip' : 'upstream_failed'))
    return rejected(`its trigger rule says ${answer}`);
  setStatus(run, index, { is: to });
  run.lastEventMs = event.atMs;
  return ACCEPTED;
}

export function finishRun(state: State, event: EventOf<'run.finished'>): Verdict {
  const run = openRun(state, event.run);
  if (typeof run === 'string') return rejected(run);
  if (run.unsettled > 0) return rejected(`${run.unsettled} nodes have not ended`);
  const outcome = runOutcome(run);
  if (outcome !== event.outcome) return rejected(`the run ${outcome}`);
  run.end = { outcome, atMs: event.atMs };
  run.lastEventMs = event.atMs;
  state.openRuns.delete(run);
  state.finishedRuns.add(run.id);
  forgetBeyond(state, limits.finishedRunsMax);
  return ACCEPTED;
}

/** Finished runs beyond the newest `kept` leave memory, oldest first. */
export function forgetBeyond(state: State, kept: number): void {
  for (const oldest of state.finishedRuns) {
    if (state.finishedRuns.size <= kept) return;
    const run = state.runs.get(oldest);
    state.finishedRuns.delete(oldest);
    state.runs.delete(oldest);
    if (run === undefined) continue;
    run.definition.pins -= 1;
    dropUnused(state, run.definition.hash);
  }
}
