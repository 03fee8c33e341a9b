import type { Broker, Link } from '../broker/port/port.ts';
import type { LogWriter } from '../broker/port/log-writer.ts';
import type { Clock, MintId } from '../model/clock.ts';
import type { Dag } from '../model/dag.ts';
import type { RunId } from '../model/ids.ts';
import type { Replica } from '../replica/replica.ts';
import type { Heartbeats } from '../view/server-rows.ts';

/** What the API stands on: the folded log of its process, the way to append to it, and what only `cli` can put together. */
export type Backing = {
  readonly broker: Broker;
  readonly replica: Replica;
  readonly writer: LogWriter;
  readonly clock: Clock;
  readonly mintId: MintId;
  readonly mintRunId: (nowMs: number) => RunId;
  readonly heartbeats: Heartbeats;
  /** As it is now. */
  readonly link: () => Link;
  /** A dag as YAML, in lines. */
  readonly dagText: (dag: Dag) => readonly string[];
  readonly version: string;
};
