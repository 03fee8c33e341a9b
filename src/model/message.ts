import { Type } from 'typebox';
import type { Static } from 'typebox';
import { count, dagName, incarnation, nodeName, runId, schedulerId, serverName, timeMs } from './wire.ts';
import { limits } from './limits.ts';

/** What travels outside the log: work for an agent's inbox, and telemetry on the bus. */

/** Asks a server to start attempts that the log has as dispatched. `position` is where: the agent reads that far first. */
export const startMessage = Type.Object({
  type: Type.Literal('start'),
  epoch: count,
  position: count,
  attempts: Type.Array(Type.Object({ run: runId, node: nodeName, attempt: Type.Integer({ minimum: 1 }) }), {
    minItems: 1,
    maxItems: limits.inboxBatchMax,
  }),
});

/** Sent by each agent about once a second. */
export const agentHeartbeat = Type.Object({
  type: Type.Literal('agent'),
  server: serverName,
  incarnation,
  atMs: timeMs,
  slots: count,
  running: Type.Array(Type.Object({ run: runId, node: nodeName, attempt: count }), { maxItems: 1_000 }),
  runningCount: count,
  draining: Type.Boolean(),
  version: Type.String({ maxLength: 64 }),
  loadAverage: Type.Optional(Type.Number()),
});
export type AgentHeartbeat = Static<typeof agentHeartbeat>;

/** Sent by the leading scheduler about twice a second. */
export const leaderHeartbeat = Type.Object({
  type: Type.Literal('leader'),
  scheduler: schedulerId,
  epoch: count,
  atMs: timeMs,
});

/** The bytes of a stream from an offset on, up to the next mark, came at that time, by the clock of the agent. */
const timeMark = Type.Tuple([count, timeMs]);
export type TimeMark = readonly [at: number, atMs: number];
const timeMarks = Type.Optional(
  Type.Unsafe<readonly TimeMark[]>(Type.Array(timeMark, { maxItems: limits.outputMarksMax })),
);

/** A piece of a command's output, live. `at` is its offset in the stream, so that a gap shows. */
export const outputChunk = Type.Object({
  type: Type.Literal('output'),
  dag: dagName,
  run: runId,
  node: nodeName,
  attempt: count,
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
  at: count,
  /** Base64 of the bytes. */
  data: Type.String({ maxLength: 90_000 }),
  /** When its bytes came; missing where nothing is known. */
  times: timeMarks,
});
export type OutputChunk = Static<typeof outputChunk>;

/** Asks the agent of a server for the kept output of an attempt (bus request). */
export const outputRequest = Type.Object({
  type: Type.Literal('read_output'),
  run: runId,
  node: nodeName,
  attempt: count,
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
  from: count,
});
export type OutputRequest = Static<typeof outputRequest>;

export const outputReply = Type.Object({
  /** Base64; empty at the end. */
  data: Type.String({ maxLength: 400_000 }),
  /** Offset of the first byte given (a dropped middle moves it forward). */
  from: count,
  totalBytes: count,
  running: Type.Boolean(),
  /** When the bytes came; missing where nothing is known. */
  times: timeMarks,
  error: Type.Optional(Type.String({ maxLength: 1_000 })),
});
export type OutputReply = Static<typeof outputReply>;
