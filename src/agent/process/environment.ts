import { limits } from '../../model/limits.ts';
import type { Job } from '../ports.ts';
import { MARKER_VARIABLE } from './process-file.ts';

/** What tells a service manager, a parent process or a trace about the agent; a command that inherited it would speak in its name. */
const OWN =
  /^(?:DAGTOP_.*|TRACEPARENT|TRACESTATE|NODE_CHANNEL_FD|NODE_UNIQUE_ID|NOTIFY_SOCKET|LISTEN_(?:FDS|PID|FDNAMES)|WATCHDOG_(?:PID|USEC))$/;

export type Places = { readonly inputFile: string; readonly outputFile: string; readonly marker: string };

/**
 * What commands inherit: the agent's environment without anything that begins with `DAGTOP_` (the token, the broker's URL, and
 * what belongs to an attempt in which this agent itself runs) and without the service manager's variables and the trace in which the agent was started.
 */
export function inheritedEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(own).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !OWN.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

/**
 * The environment of a command: the inherited one, the job's, and `DAGTOP_*`, later ones in place of earlier. `input` is the JSON of
 * the job's inputs; it is left to `DAGTOP_INPUT_FILE` alone where it passes `inputEnvMaxBytes`.
 */
export function commandEnvironment(
  job: Job,
  inherited: Readonly<Record<string, string>>,
  input: string,
  places: Places,
): Record<string, string> {
  const isSmall = Buffer.byteLength(input) <= limits.inputEnvMaxBytes;
  return {
    ...inherited,
    TRACEPARENT: job.traceparent,
    ...job.env,
    ...(isSmall ? { DAGTOP_INPUT: input } : {}),
    DAGTOP_RUN: job.run,
    DAGTOP_DAG: job.dag,
    DAGTOP_NODE: job.node,
    DAGTOP_ATTEMPT: String(job.attempt),
    DAGTOP_PARAMS: JSON.stringify(job.params),
    DAGTOP_INPUT_FILE: places.inputFile,
    DAGTOP_OUTPUT: places.outputFile,
    [MARKER_VARIABLE]: places.marker,
  };
}
