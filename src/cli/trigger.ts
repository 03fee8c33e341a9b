import type { ParamValue } from '../model/dag.ts';
import type { RunOutcome } from '../model/event.ts';
import type { LogEvent } from '../model/event.ts';
import type { NodeName, RunId } from '../model/ids.ts';
import type { Definition } from '../model/state.ts';
import { formatTraceparent, parseTraceparent } from '../model/trace.ts';
import { followRun } from './run-follow.ts';
import { operate } from './session.ts';
import type { Session } from './session.ts';
import { watchForStall } from './stall.ts';
import { mintRunId, systemClock } from './system-clock.ts';

export type Triggered = {
  readonly run: RunId;
  /** Resolves when the run has ended. */
  readonly ended: Promise<RunOutcome>;
};

export type RunListener = {
  readonly onEvent?: (event: LogEvent) => void;
  /** A line that says why the run stands still. */
  readonly onStall?: (line: string) => void;
};

/** What the run gets, and at which nodes it starts; without `from` at all that wait for nothing. */
export type Wish = {
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly from?: readonly NodeName[] | undefined;
};

/** Triggers a run of this version, and tells what happens in it from its first event on. Errors: `refused`. */
export async function triggerRun(
  session: Session,
  { dag, hash }: Definition,
  { params, from = [] }: Wish,
  { onEvent, onStall }: RunListener = {},
): Promise<Triggered> {
  const run = mintRunId(systemClock.nowMs());
  const finished = followRun(session, run, onEvent ?? (() => undefined));
  const part = from.length === 0 ? {} : { from: [...from] };
  const body = { type: 'run.triggered', dag: dag.name, run, hash, params: { ...params }, ...part } as const;
  await operate(session, { ...body, ...traceparentOf(process.env['TRACEPARENT']) });
  const endWatch = onStall === undefined ? () => undefined : watchForStall(session.state, run, onStall);
  const ended = finished.finally(endWatch);
  // Who only triggers never looks at it, and a fault of the log must not end the process as unhandled.
  ended.catch(() => undefined);
  return { run, ended };
}

/** The trace in which this command runs, if there is one: the run becomes a part of it. What is no trace context is left out. */
function traceparentOf(text: string | undefined): { readonly traceparent?: string } {
  const context = text === undefined ? undefined : parseTraceparent(text);
  return context === undefined ? {} : { traceparent: formatTraceparent(context) };
}
