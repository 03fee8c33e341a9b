import { createHash } from 'node:crypto';
import { attemptLabel } from '../model/ids.ts';
import type { AttemptKey, DagName, Incarnation } from '../model/ids.ts';
import type { Run, State } from '../model/state.ts';
import { attemptSpanId, formatTraceparent, traceOf } from '../model/trace.ts';
import type { Job } from './ports.ts';

export type Startable = {
  readonly key: AttemptKey;
  readonly dag: DagName;
  /** Undefined: a pass-through, which has nothing to run. */
  readonly job: Job | undefined;
};

/**
 * Those of `keys` that the log has as dispatched to this incarnation, not started and not ended, with all that their start needs. Each
 * once: a message may name an attempt twice, when it was sent again before the first sending had left.
 */
export function findStartable(
  state: State,
  incarnation: Incarnation,
  keys: readonly AttemptKey[],
): Startable[] {
  const unique = new Map(keys.map((key) => [attemptLabel(key), key]));
  return [...unique.values()].flatMap((key): Startable[] => {
    const run = state.runs.get(key.run);
    const index = run?.definition.indexOf.get(key.node);
    if (run === undefined || index === undefined) return [];
    const nodeRun = run.nodes[index];
    const attempt = nodeRun?.attempts[key.attempt - 1];
    if (nodeRun?.status.is !== 'queued' || attempt === undefined) return [];
    if (attempt.outcome !== undefined || attempt.incarnation !== incarnation) return [];
    return [{ key, dag: run.dag, job: jobOf(run, index, key) }];
  });
}

function jobOf(run: Run, index: number, key: AttemptKey): Job | undefined {
  const { dag } = run.definition;
  const node = dag.nodes[index];
  if (node?.command === undefined) return undefined;
  return {
    ...key,
    dag: run.dag,
    command: node.command,
    env: { ...dag.env, ...node.env },
    params: run.params,
    inputs: inputsOf(run, index),
    workingDir: node.workingDir,
    timeoutMs: node.timeoutMs,
    traceparent: traceparentOf(run, key),
  };
}

/** Given to every command, whether anybody exports traces or not: an agent need not know, and it costs three hashes. */
function traceparentOf(run: Run, key: AttemptKey): string {
  const trace = traceOf(run, sha256);
  return formatTraceparent({ ...trace, spanId: attemptSpanId(trace.traceId, key, sha256) });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The outputs of the nodes that this one depends on, by name; those without an output are left out. */
function inputsOf(run: Run, index: number): Record<string, unknown> {
  const inputs: [string, unknown][] = [];
  for (const source of run.definition.upstream[index] ?? []) {
    const outcome = run.nodes[source]?.attempts.at(-1)?.outcome;
    const name = run.definition.dag.nodes[source]?.name;
    if (name === undefined || outcome?.is !== 'succeeded' || outcome.output === undefined) continue;
    inputs.push([name, outcome.output]);
  }
  // `fromEntries` defines properties, so that a node named `__proto__` is a name like any other.
  return Object.fromEntries(inputs);
}
