import { startText } from '../engine/scope.ts';
import { sanitizeText } from '../graph/text.ts';
import type { LogEvent } from '../model/event.ts';
import { outcomeText } from './outcome-text.ts';
import { counted } from './counted.ts';

/** One event as one plain line without control bytes: `12:03:07 diamond 7k2m01-a1b2 B#1 started on srv-2`. */
export function eventLine(
  event: LogEvent,
  { timeText }: { readonly timeText: (atMs: number) => string },
): string {
  return sanitizeText(`${timeText(event.atMs)} ${subjectOf(event)} ${whatHappened(event)}`);
}

/** The same within a run, of which everyone knows which it is and when: `B#1 started on srv-2`. */
export function eventLineInRun(event: LogEvent): string {
  const attempt = 'attempt' in event ? `#${event.attempt}` : '';
  const subject = 'node' in event ? `${event.node}${attempt} ` : 'run' in event ? '' : `${subjectOf(event)} `;
  return sanitizeText(`${subject}${whatHappened(event)}`);
}

function subjectOf(event: LogEvent): string {
  switch (event.type) {
    case 'dag.applied':
      return `dag ${event.dag.name}`;
    case 'dag.removed':
      return `dag ${event.name}`;
    case 'placement.applied':
      return 'placement';
    case 'run.triggered':
    case 'run.canceled':
    case 'run.paused':
    case 'run.resumed':
    case 'run.finished':
      return `${event.dag} ${event.run}`;
    case 'node.retried':
    case 'node.skipped':
    case 'node.upstream_failed':
      return `${event.dag} ${event.run} ${event.node}`;
    case 'attempt.dispatched':
    case 'attempt.started':
    case 'attempt.finished':
    case 'attempt.overdue':
      return `${event.dag} ${event.run} ${event.node}#${event.attempt}`;
    case 'server.cordoned':
    case 'server.uncordoned':
    case 'agent.joined':
    case 'agent.draining':
    case 'agent.left':
    case 'agent.lost':
      return `server ${event.server}`;
    case 'leader.elected':
    case 'leader.resigned':
      return `scheduler ${event.scheduler}`;
    case 'checkpoint.begun':
    case 'checkpoint.part':
      return `checkpoint ${event.checkpoint}`;
  }
}

function whatHappened(event: LogEvent): string {
  switch (event.type) {
    case 'dag.applied':
      return `applied: ${counted(event.dag.nodes.length, 'node')}, version ${event.hash}`;
    case 'dag.removed':
      return 'removed';
    case 'placement.applied':
      return `applied: ${counted(event.placement.servers.length, 'server')}`;
    case 'run.triggered':
      return `triggered${event.from === undefined ? '' : ` from ${startText(event.from)} on`} by ${event.by}`;
    case 'run.canceled':
      return `canceled by ${event.by}`;
    case 'run.paused':
      return `paused by ${event.by}`;
    case 'run.resumed':
      return `resumed by ${event.by}`;
    case 'run.finished':
      return event.outcome;
    case 'node.retried':
      return `retried${event.downstream ? ' with downstream' : ''} by ${event.by}`;
    case 'server.cordoned':
      return `cordoned by ${event.by}: it gets no new work`;
    case 'server.uncordoned':
      return `uncordoned by ${event.by}`;
    case 'node.skipped':
      return 'skipped';
    case 'node.upstream_failed':
      return 'upstream failed';
    case 'attempt.dispatched':
      return `sent to ${event.server}`;
    case 'attempt.started':
      return `started on ${event.server}`;
    case 'attempt.finished':
      return outcomeText(event.outcome, event.server);
    case 'attempt.overdue':
      return `overdue: ${event.server} did not report the end of its time`;
    case 'agent.joined':
      return `joined with ${counted(event.slots, 'slot')}, version ${event.version}`;
    case 'agent.draining':
      return 'drains: it takes no new work';
    case 'agent.left':
      return 'left';
    case 'agent.lost':
      return 'lost: no heartbeat for the grace period';
    case 'leader.elected':
      return `leads, epoch ${event.epoch}`;
    case 'leader.resigned':
      return `resigned, epoch ${event.epoch}`;
    case 'checkpoint.begun':
      return `begun by ${event.by}`;
    case 'checkpoint.part':
      return event.part === event.parts ? 'complete' : `part ${event.part} of ${event.parts}`;
  }
}
