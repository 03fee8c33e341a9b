import type { EventOf, Outcome } from '../model/event.ts';
import type { Position } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { ACCEPTED, rejected } from '../model/state.ts';
import type { Attempt, NodeRun, Run, State, Verdict } from '../model/state.ts';
import { afterOutcome, endAttempt, takesSlot } from './attempt-end.ts';
import { isCordoned } from './fold-server.ts';
import { nodeOf, openNode } from './lookup.ts';
import { ruleAnswer, setStatus } from './node-change.ts';

/** (invariants 6 and 7) */
export function dispatchAttempt(
  state: State,
  event: EventOf<'attempt.dispatched'>,
  position: Position,
): Verdict {
  const found = openNode(state, event.run, event.node);
  if (typeof found === 'string') return rejected(found);
  const { run, index, node } = found;
  if (run.paused) return rejected('the run is paused');
  if (node.status.is !== 'waiting' && node.status.is !== 'retrying')
    return rejected(`the node is ${node.status.is}`);
  if (ruleAnswer(run, index) !== 'start') return rejected('its trigger rule does not hold');
  if (event.attempt !== node.attempts.length + 1)
    return rejected(`its next attempt is ${node.attempts.length + 1}`);
  const agent = state.agents.get(event.server);
  if (agent === undefined || agent.incarnation !== event.incarnation)
    return rejected('the agent is not there');
  if (agent.presence !== 'present') return rejected(`${event.server} is ${agent.presence}`);
  if (isCordoned(state, agent)) return rejected(`${event.server} is cordoned`);
  node.attempts.push({
    number: event.attempt,
    server: event.server,
    incarnation: event.incarnation,
    epoch: event.epoch,
    dispatchedMs: event.atMs,
    position,
    startedMs: undefined,
    finishedMs: undefined,
    outcome: undefined,
    wrote: undefined,
    late: [],
  });
  if (takesSlot(run, index)) agent.load += 1;
  setStatus(run, index, { is: 'queued' });
  run.lastEventMs = event.atMs;
  return ACCEPTED;
}

export function startAttempt(state: State, event: EventOf<'attempt.started'>): Verdict {
  const found = attemptOf(state, event);
  if (typeof found === 'string') return rejected(found);
  const { run, index, node, attempt } = found;
  if (attempt.outcome !== undefined) return rejected(`the attempt is already ${attempt.outcome.is}`);
  if (node.status.is !== 'queued') return rejected(`the node is ${node.status.is}`);
  attempt.startedMs = event.atMs;
  attempt.incarnation = event.incarnation;
  setStatus(run, index, { is: 'running' });
  run.lastEventMs = event.atMs;
  return ACCEPTED;
}

/** (invariant 8) */
export function finishAttempt(state: State, event: EventOf<'attempt.finished'>): Verdict {
  const found = attemptOf(state, event);
  if (typeof found === 'string') return rejected(found);
  const { run, index, attempt } = found;
  if (attempt.outcome !== undefined) {
    const isCopy = attempt.finishedMs === event.atMs && attempt.outcome.is === event.outcome.is;
    const isKnown = attempt.late.some(
      (late) => late.atMs === event.atMs && late.outcome.is === event.outcome.is,
    );
    if (isCopy || isKnown) return rejected('seen before');
    if (attempt.late.length < limits.lateResultsMax)
      attempt.late.push({ outcome: event.outcome, atMs: event.atMs });
    return rejected(`late: the attempt is already ${attempt.outcome.is}`);
  }
  attempt.startedMs ??= event.startedMs;
  attempt.wrote = event.wrote;
  endAttempt(state, run, index, attempt, event.outcome, event.atMs);
  setStatus(run, index, afterOutcome(run, index, event.outcome, event.atMs));
  run.lastEventMs = event.atMs;
  return ACCEPTED;
}

export function overdueAttempt(state: State, event: EventOf<'attempt.overdue'>): Verdict {
  const found = attemptOf(state, event);
  if (typeof found === 'string') return rejected(found);
  const { run, index, attempt } = found;
  if (attempt.outcome !== undefined) return rejected(`the attempt is already ${attempt.outcome.is}`);
  const outcome: Outcome = { is: 'timed_out', error: `${event.server} did not report the end of its time` };
  endAttempt(state, run, index, attempt, outcome, event.atMs);
  setStatus(run, index, afterOutcome(run, index, outcome, event.atMs));
  run.lastEventMs = event.atMs;
  return ACCEPTED;
}

type Found = { run: Run; index: number; node: NodeRun; attempt: Attempt };

/** The attempt that an agent speaks of, in an ended run too: late results are evidence. */
function attemptOf(
  state: State,
  event: EventOf<'attempt.started'> | EventOf<'attempt.finished'> | EventOf<'attempt.overdue'>,
): Found | string {
  const run = state.runs.get(event.run);
  if (run === undefined) return `there is no run ${event.run}`;
  const found = nodeOf(run, event.node);
  if (typeof found === 'string') return found;
  const attempt = found.node.attempts[event.attempt - 1];
  if (attempt === undefined) return `attempt ${event.attempt} was not dispatched`;
  if (attempt.server !== event.server) return `attempt ${event.attempt} belongs to ${attempt.server}`;
  return { ...found, attempt };
}
