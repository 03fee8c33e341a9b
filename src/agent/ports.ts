import type { Command, ParamValue } from '../model/dag.ts';
import type { EventOf, Outcome, OutputFacts } from '../model/event.ts';
import type { AttemptKey, DagName } from '../model/ids.ts';

/** What the agent's loop asks of the machine it runs on; the simulation supplies its own. */

/** One process tree to run. */
export type Job = AttemptKey & {
  readonly dag: DagName;
  readonly command: Command;
  /** Of the dag and the node, merged; the executor adds `DAGTOP_*`. */
  readonly env: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Upstream name → output, for `DAGTOP_INPUT`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly workingDir: string | undefined;
  readonly timeoutMs: number | undefined;
  /** The W3C trace context of this attempt, for the command. */
  readonly traceparent: string;
};

export type Ended = { readonly outcome: Outcome; readonly wrote: OutputFacts };

export type Execution = {
  /** Ends the process tree: TERM, a grace, KILL. The outcome is then `canceled`, unless it ended by itself before. Idempotent. */
  stop(): void;
  /** Never rejects: what can't be started is a failure with its reason. */
  readonly ended: Promise<Ended>;
};

export type Executor = {
  start(job: Job): Execution;
  /** Ends what a dead predecessor of this agent left running. */
  sweep(keys: readonly AttemptKey[]): Promise<void>;
};

export type Finished = EventOf<'attempt.finished'>;

/** What an agent must not forget while its machine lives. Written before acting; survives the process, not the machine. */
export type Journal = {
  /** Minted when the journal was created: another one means that this agent does not know what was begun before. */
  readonly id: string;
  /** What the predecessor left: begun without a result, and results that the log may not have. After a reboot all is begun or finished. */
  recover(): Promise<{ readonly begun: readonly AttemptKey[]; readonly finished: readonly Finished[] }>;
  /** Writes the attempts down before any is started; returns those that were not there before, in order. */
  begin(keys: readonly AttemptKey[]): Promise<readonly AttemptKey[]>;
  /** Keeps a result until `confirm`. */
  finish(results: readonly Finished[]): Promise<void>;
  /** The log has these results. The attempts stay known as begun (for redelivered messages) for at least a day. */
  confirm(keys: readonly AttemptKey[]): Promise<void>;
  close(): Promise<void>;
};
