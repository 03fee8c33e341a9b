import type { LogEvent } from '../../model/event.ts';
import type { Position } from '../../model/ids.ts';
import type { Folded } from '../../replica/replica.ts';
import { eventLine } from '../../view/event-line.ts';
import { isoTime } from '../answers/iso-time.ts';
import type { StreamEvent } from '../contract/events.ts';

/** An event as it is kept for readers. */
export type TakenEvent = {
  readonly position: Position;
  readonly event: SlimEvent;
  /** As one line; where that takes what is not kept. */
  readonly line: string | undefined;
  readonly refused: string | undefined;
};

/** Without definitions and parameters; with an outcome that carries no output. */
type SlimEvent = Exclude<LogEvent, { type: 'dag.applied' | 'placement.applied' }> | Applied;
type Applied = { [K in 'id' | 'atMs' | 'by']: LogEvent[K] } & {
  readonly type: 'dag.applied' | 'placement.applied';
  readonly dag?: string;
  readonly hash?: string;
};

export function takenFrom({ event, position, verdict }: Folded): TakenEvent {
  const refused = verdict.accepted ? undefined : verdict.reason;
  const { id, atMs, by } = event;
  const taken = (slim: SlimEvent, line?: string): TakenEvent => ({ position, event: slim, line, refused });
  if (event.type === 'dag.applied') {
    const slim = { id, atMs, by, type: event.type, dag: event.dag.name, hash: event.hash } as const;
    return taken(slim, lineOf(event));
  }
  if (event.type === 'placement.applied') return taken({ id, atMs, by, type: event.type }, lineOf(event));
  if (event.type === 'run.triggered') return taken({ ...event, params: {} });
  if (event.type !== 'attempt.finished') return taken(event);
  const { wrote: _, outcome, ...rest } = event;
  return taken({ ...rest, outcome: outcome.is === 'succeeded' ? { is: 'succeeded' } : outcome });
}

/** As the contract has it. */
export function streamEvent({ position, event, line, refused }: TakenEvent): StreamEvent {
  const name = event.type === 'dag.removed' ? event.name : 'dag' in event ? event.dag : undefined;
  const outcome = 'outcome' in event ? event.outcome : undefined;
  return {
    position,
    type: event.type,
    at: isoTime(event.atMs),
    by: event.by,
    ...(name === undefined ? {} : { dag: name }),
    ...('run' in event ? { run: event.run } : {}),
    ...('node' in event ? { node: event.node } : {}),
    ...('attempt' in event ? { attempt: event.attempt } : {}),
    ...('server' in event ? { server: event.server } : {}),
    ...('epoch' in event ? { epoch: event.epoch } : {}),
    ...('hash' in event && event.hash !== undefined ? { hash: event.hash } : {}),
    ...(outcome === undefined ? {} : { outcome: typeof outcome === 'string' ? outcome : outcome.is }),
    text: line ?? lineOf(event as LogEvent),
    ...(refused === undefined ? {} : { refused }),
  };
}

function lineOf(event: LogEvent): string {
  return eventLine(event, { timeText: () => '' }).trim();
}
