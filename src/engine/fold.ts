/**
 * The fold: the one place where events become state. Every reader folds the same log to the same state.
 *
 * Invariants (tests cite them by number):
 *  1. Total and deterministic: any decoded event, in any order and number, is accepted or rejected with a reason; no clock, no chance.
 *  2. A rejected event changes nothing but what is kept as evidence: late outcomes, and ids seen.
 *  3. A decision counts only in the epoch of the newest leader: a deposed leader changes nothing.
 *  4. Epochs only grow; of several candidates for one epoch the first in the log wins.
 *  5. A second copy of an event changes nothing.
 *  6. An attempt is dispatched only while its node waits (or backs off), its trigger rule says start, its run is neither
 *     paused, canceled nor ended, and its server is not cordoned and has its agent present in that incarnation.
 *  7. Attempts of a node are 1, 2, 3 … without gaps, each on one server, and one after the other.
 *  8. An attempt gets at most one outcome, and a recorded outcome never changes.
 *  9. The sets and counts of a run (`ready`, `active`, `retrying`, `unsettled`, upstream counts) follow its nodes' states.
 * 10. A node that succeeded runs again only when an operator retries it with what is downstream.
 * 11. A run is pinned to the definition that it was triggered with.
 * 12. A run ends only when all its nodes have ended, and only an operator's retry opens it again.
 * 13. A checkpoint has all of the state at its beginning, and is complete only with all parts, in order, of one leadership: whoever starts from it and
 *     whoever read all that is before it have the same state.
 */
import type { LogEvent } from '../model/event.ts';
import type { Position } from '../model/ids.ts';
import { NO_PLACEMENT } from '../model/placement.ts';
import { ACCEPTED, rejected } from '../model/state.ts';
import type { State, Verdict } from '../model/state.ts';
import { joinAgent, leaveAgent, loseAgent } from './fold-agent.ts';
import { beginCheckpoint, takeCheckpointPart } from './fold-checkpoint.ts';
import { cordonServer, uncordonServer } from './fold-server.ts';
import { dispatchAttempt, finishAttempt, overdueAttempt, startAttempt } from './fold-attempt.ts';
import { applyDag, removeDag } from './fold-dag.ts';
import { remember, isRemembered } from './recent-ids.ts';
import { cancelRun, finishRun, pauseRun, settleNode, triggerRun } from './fold-run.ts';
import { retryNode } from './fold-retry.ts';

export function createState(): State {
  return {
    epoch: 0,
    leader: undefined,
    dags: new Map(),
    definitions: new Map(),
    placement: NO_PLACEMENT,
    cordoned: new Set(),
    agents: new Map(),
    runs: new Map(),
    openRuns: new Set(),
    finishedRuns: new Set(),
    recentIds: new Set(),
    checkpoints: { open: undefined, complete: [] },
  };
}

/** Applies `event`, which stands at `position` of the log, to `state`, or says why not. Changes `state` in place. */
export function fold(state: State, event: LogEvent, position: Position): Verdict {
  if (isKeyed(event)) {
    if (isRemembered(state, event.id)) return rejected('seen before');
    remember(state, event.id);
  }
  if ('epoch' in event && event.type !== 'leader.elected') {
    if (event.epoch !== state.epoch)
      return rejected(`epoch ${event.epoch} is not the present one, ${state.epoch}`);
  }
  return apply(state, event, position);
}

/**
 * Whether a second copy could do harm later: pause, resume, and the copy of pause. Such events are remembered by id, rejected ones too.
 * All others are harmless by what they name: an epoch, an attempt, an incarnation.
 */
function isKeyed(event: LogEvent): boolean {
  switch (event.type) {
    case 'dag.applied':
    case 'dag.removed':
    case 'placement.applied':
    case 'run.triggered':
    case 'run.canceled':
    case 'run.paused':
    case 'run.resumed':
    case 'node.retried':
    case 'server.cordoned':
    case 'server.uncordoned':
    case 'agent.joined':
    case 'checkpoint.begun':
      return true;
    case 'agent.draining':
    case 'agent.left':
    case 'attempt.started':
    case 'attempt.finished':
    case 'leader.elected':
    case 'leader.resigned':
    case 'attempt.dispatched':
    case 'attempt.overdue':
    case 'agent.lost':
    case 'node.skipped':
    case 'node.upstream_failed':
    case 'run.finished':
    case 'checkpoint.part':
      return false;
  }
}

function apply(state: State, event: LogEvent, position: Position): Verdict {
  switch (event.type) {
    case 'dag.applied':
      return applyDag(state, event);
    case 'dag.removed':
      return removeDag(state, event);
    case 'placement.applied':
      state.placement = event.placement;
      return ACCEPTED;
    case 'run.triggered':
      return triggerRun(state, event);
    case 'run.canceled':
      return cancelRun(state, event);
    case 'run.paused':
      return pauseRun(state, event, true);
    case 'run.resumed':
      return pauseRun(state, event, false);
    case 'node.retried':
      return retryNode(state, event);
    case 'server.cordoned':
      return cordonServer(state, event);
    case 'server.uncordoned':
      return uncordonServer(state, event);
    case 'agent.joined':
      return joinAgent(state, event);
    case 'agent.draining':
      return leaveAgent(state, event, 'draining');
    case 'agent.left':
      return leaveAgent(state, event, 'left');
    case 'agent.lost':
      return loseAgent(state, event);
    case 'attempt.dispatched':
      return dispatchAttempt(state, event, position);
    case 'attempt.started':
      return startAttempt(state, event);
    case 'attempt.finished':
      return finishAttempt(state, event);
    case 'attempt.overdue':
      return overdueAttempt(state, event);
    case 'node.skipped':
      return settleNode(state, event, 'skipped');
    case 'node.upstream_failed':
      return settleNode(state, event, 'upstream_failed');
    case 'run.finished':
      return finishRun(state, event);
    case 'leader.elected':
      if (event.epoch <= state.epoch)
        return rejected(`epoch ${event.epoch} is taken; the present one is ${state.epoch}`);
      state.epoch = event.epoch;
      state.leader = event.scheduler;
      return ACCEPTED;
    case 'checkpoint.begun':
      return beginCheckpoint(state, event, position);
    case 'checkpoint.part':
      return takeCheckpointPart(state, event, position);
    case 'leader.resigned':
      if (state.leader !== event.scheduler) return rejected(`${event.scheduler} does not lead`);
      state.leader = undefined;
      return ACCEPTED;
  }
}
