import type { Broker, Link } from '../broker/port/port.ts';
import type { LogWriter } from '../broker/port/log-writer.ts';
import type { Clock, MintId } from '../model/clock.ts';
import type { ApiHistory } from './history.ts';
import type { Dag } from '../model/dag.ts';
import type { AttemptKey, RunId, ServerName } from '../model/ids.ts';
import type { OutputReply } from '../model/message.ts';
import type { Replica } from '../replica/replica.ts';
import type { Verdicts } from '../replica/verdicts.ts';
import type { OutputPiece } from '../view/log-stream.ts';
import type { Heartbeats } from '../view/server-rows.ts';
import type { EventTape } from './events/event-tape.ts';

export type StreamName = 'stdout' | 'stderr';

/** One stream of one attempt, on the server that has it. */
export type OutputTarget = {
  readonly key: AttemptKey;
  readonly server: ServerName;
  readonly stream: StreamName;
};

export type OutputReader = {
  readonly from: number;
  /** The next piece comes when what it returns has settled. */
  readonly onPiece: (piece: OutputPiece) => void | Promise<void>;
};

/** What the API stands on: the folded log of its process, the way to append to it, and what only `cli` can put together. */
export type Backing = {
  readonly broker: Broker;
  readonly replica: Replica;
  readonly writer: LogWriter;
  readonly verdicts: Verdicts;
  /** What was heard from the beginning of the log. */
  readonly tape: EventTape;
  /** Absent where none is kept. */
  readonly history?: ApiHistory | undefined;
  readonly clock: Clock;
  readonly mintId: MintId;
  readonly mintRunId: (nowMs: number) => RunId;
  readonly heartbeats: Heartbeats;
  /** As it is now. */
  readonly link: () => Link;
  readonly readOutput: (target: OutputTarget, from: number) => Promise<OutputReply>;
  /** Hands over what comes until the attempt ends. */
  readonly followOutput: (target: OutputTarget, reader: OutputReader, stopped: AbortSignal) => Promise<void>;
  /** A dag as YAML, in lines. */
  readonly dagText: (dag: Dag) => readonly string[];
  readonly version: string;
  /** How often a stream shows that it lives; by default each 15 s. */
  readonly heartbeatMs?: number | undefined;
};
