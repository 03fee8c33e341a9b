import type { EventOf, Outcome } from '../model/event.ts';
import type { Incarnation, ServerName } from '../model/ids.ts';
import { ACCEPTED, rejected } from '../model/state.ts';
import type { Attempt, Run, State, Verdict } from '../model/state.ts';
import { afterOutcome, endAttempt } from './attempt-end.ts';
import { setStatus } from './node-change.ts';

export function joinAgent(state: State, event: EventOf<'agent.joined'>): Verdict {
  const before = state.agents.get(event.server);
  if (before?.incarnation === event.incarnation) return rejected('seen before');
  state.agents.set(event.server, {
    server: event.server,
    incarnation: event.incarnation,
    names: event.names,
    slots: event.slots,
    labels: event.labels,
    only: event.only,
    journal: event.journal,
    version: event.version,
    joinedMs: event.atMs,
    presence: 'present',
    load: before?.load ?? 0,
  });
  // What its predecessor ran is lost; what it had not started stays in the server's inbox, for this one. With another journal (a
  // new disk, a second machine of this name) nobody knows what had been started.
  const knowsStarts = before?.journal === event.journal;
  for (const { run, index, attempt } of openAttempts(state, event.server)) {
    if (!knowsStarts || run.nodes[index]?.status.is === 'running') {
      lose(state, run, index, attempt, event.atMs, `the agent on ${event.server} started anew`);
    } else attempt.incarnation = event.incarnation;
  }
  return ACCEPTED;
}

export function leaveAgent(
  state: State,
  event: EventOf<'agent.draining'> | EventOf<'agent.left'>,
  presence: 'draining' | 'left',
): Verdict {
  const agent = presentAgent(state, event.server, event.incarnation);
  if (typeof agent === 'string') return rejected(agent);
  if (agent.presence === presence) return rejected(`already ${presence}`);
  agent.presence = presence;
  if (presence === 'draining') return ACCEPTED;
  for (const { run, index, attempt } of openAttempts(state, event.server)) {
    if (run.nodes[index]?.status.is === 'running') {
      lose(state, run, index, attempt, event.atMs, `the agent on ${event.server} left while it ran`);
      continue;
    }
    // Never started, and never will be: goes elsewhere without a charge to the node's budget.
    endAttempt(
      state,
      run,
      index,
      attempt,
      { is: 'lost', error: `${event.server} left before it started` },
      event.atMs,
    );
    setStatus(run, index, run.canceled ? { is: 'canceled' } : { is: 'waiting' });
  }
  return ACCEPTED;
}

export function loseAgent(state: State, event: EventOf<'agent.lost'>): Verdict {
  const agent = presentAgent(state, event.server, event.incarnation);
  if (typeof agent === 'string') return rejected(agent);
  agent.presence = 'lost';
  for (const { run, index, attempt } of openAttempts(state, event.server)) {
    lose(state, run, index, attempt, event.atMs, `${event.server} fell silent`);
  }
  return ACCEPTED;
}

function presentAgent(state: State, server: ServerName, incarnation: Incarnation) {
  const agent = state.agents.get(server);
  if (agent === undefined || agent.incarnation !== incarnation) return `another agent runs as ${server}`;
  if (agent.presence === 'left' || agent.presence === 'lost') return `the agent is already ${agent.presence}`;
  return agent;
}

function lose(state: State, run: Run, index: number, attempt: Attempt, atMs: number, error: string): void {
  const outcome: Outcome = { is: 'lost', error };
  endAttempt(state, run, index, attempt, outcome, atMs);
  setStatus(run, index, afterOutcome(run, index, outcome, atMs));
  run.lastEventMs = atMs;
}

/** Attempts without an outcome on `server`, in the order of runs and nodes. */
function openAttempts(state: State, server: ServerName): { run: Run; index: number; attempt: Attempt }[] {
  const found: { run: Run; index: number; attempt: Attempt }[] = [];
  for (const run of state.openRuns) {
    for (const index of [...run.active].sort((a, b) => a - b)) {
      const attempt = run.nodes[index]?.attempts.at(-1);
      if (attempt !== undefined && attempt.server === server) found.push({ run, index, attempt });
    }
  }
  return found;
}
