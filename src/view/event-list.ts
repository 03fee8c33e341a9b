import type { LogEvent } from '../model/event.ts';
import type { Verdict } from '../model/state.ts';
import { filterOf } from './filter.ts';
import { eventLine } from './event-line.ts';
import type { Tone } from './look.ts';

export type SeenEvent = { readonly event: LogEvent; readonly verdict: Verdict };

/** An event as a line of a list; `at` counts from the first that was ever seen. Texts are safe to paint. */
export type EventRow = {
  readonly at: number;
  readonly text: string;
  readonly tone: Tone;
  /** Why the fold ignored it. */
  readonly ignored: string | undefined;
};

const texts = new WeakMap<LogEvent, string>();

/**
 * The events that `filter` (see `filter.ts`) lets through. `dropped` came before the first of `seen`.
 */
export function eventRows(
  seen: readonly SeenEvent[],
  dropped: number,
  filter: string,
  timeText: (atMs: number) => string,
): readonly EventRow[] {
  const matches = filterOf(filter);
  return seen.flatMap(({ event, verdict }, index): EventRow[] => {
    let text = texts.get(event);
    if (text === undefined) texts.set(event, (text = eventLine(event, { timeText })));
    if (!matches({ text, ...keysOf(event) })) return [];
    const ignored = verdict.accepted ? undefined : verdict.reason;
    return [{ at: dropped + index, text, tone: ignored === undefined ? toneOf(event) : 'muted', ignored }];
  });
}

function keysOf(event: LogEvent): { state?: string; server?: string } {
  return {
    ...('server' in event ? { server: event.server } : {}),
    ...(event.type === 'attempt.finished' ? { state: event.outcome.is } : {}),
    ...(event.type === 'run.finished' ? { state: event.outcome } : {}),
  };
}

function toneOf(event: LogEvent): Tone {
  switch (event.type) {
    case 'attempt.finished':
      return event.outcome.is === 'succeeded' ? 'good' : event.outcome.is === 'canceled' ? 'muted' : 'bad';
    case 'run.finished':
      return event.outcome === 'succeeded' ? 'good' : event.outcome === 'failed' ? 'bad' : 'muted';
    case 'server.cordoned':
    case 'agent.lost':
    case 'attempt.overdue':
    case 'node.upstream_failed':
      return 'warning';
    case 'attempt.started':
      return 'busy';
    case 'dag.applied':
    case 'dag.removed':
    case 'placement.applied':
    case 'server.uncordoned':
    case 'run.triggered':
    case 'run.canceled':
    case 'run.paused':
    case 'run.resumed':
    case 'node.retried':
    case 'node.skipped':
    case 'attempt.dispatched':
    case 'agent.joined':
    case 'agent.draining':
    case 'agent.left':
    case 'leader.elected':
    case 'leader.resigned':
      return 'plain';
    case 'checkpoint.begun':
    case 'checkpoint.part':
      return 'muted';
  }
}
