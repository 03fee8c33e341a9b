import { Type } from 'typebox';
import type { Static } from 'typebox';
import { limits } from './limits.ts';
import {
  count,
  dagBody,
  dagHash,
  dagName,
  eventId,
  incarnation,
  nodeName,
  params,
  placementBody,
  position,
  runId,
  schedulerId,
  serverName,
  shortText,
  timeMs,
} from './wire.ts';

/**
 * The events of the log. *Facts* may be appended by anyone; *decisions* carry the epoch of the scheduler that took them.
 * Each schema is also the check at the wire (`broker/port/codec.ts`).
 *
 * `id` names the event, however often it is appended. `atMs` is the author's clock: for display, backoff and timeouts,
 * never for order. `by` says who: `op:alice@host`, an incarnation, or a scheduler.
 */
const envelope = { id: eventId, atMs: timeMs, by: Type.String({ maxLength: 256 }) };
const decision = { ...envelope, epoch: count };
const checkpointId = Type.String({ minLength: 1, maxLength: 256 });
const ofRun = { dag: dagName, run: runId };
const ofNode = { ...ofRun, node: nodeName };
const ofAttempt = { ...ofNode, attempt: Type.Integer({ minimum: 1 }), server: serverName };

/** How an attempt ended. `lost`: nobody knows whether the command finished. */
export const outcome = Type.Union([
  Type.Object({ is: Type.Literal('succeeded'), output: Type.Optional(Type.Unknown()) }),
  Type.Object({
    is: Type.Literal('failed'),
    error: shortText,
    exitCode: Type.Optional(Type.Integer()),
    signal: Type.Optional(Type.String({ maxLength: 32 })),
  }),
  Type.Object({ is: Type.Literal('timed_out'), error: shortText }),
  Type.Object({ is: Type.Literal('canceled') }),
  Type.Object({ is: Type.Literal('lost'), error: shortText }),
]);
export type Outcome = Static<typeof outcome>;

/** What a command wrote, in bytes, and its last lines. */
export const outputFacts = Type.Object({
  stdoutBytes: count,
  stderrBytes: count,
  /** Bytes that no longer exist anywhere, because a stream passed its bound. */
  droppedBytes: count,
  tail: Type.String({ maxLength: limits.tailMaxBytes }),
});
export type OutputFacts = Static<typeof outputFacts>;

export const eventSchemas = {
  // --- definitions and operators
  'dag.applied': Type.Object({ ...envelope, type: Type.Literal('dag.applied'), hash: dagHash, dag: dagBody }),
  'dag.removed': Type.Object({ ...envelope, type: Type.Literal('dag.removed'), name: dagName }),
  'placement.applied': Type.Object({
    ...envelope,
    type: Type.Literal('placement.applied'),
    placement: placementBody,
  }),
  'run.triggered': Type.Object({
    ...envelope,
    ...ofRun,
    type: Type.Literal('run.triggered'),
    hash: dagHash,
    params,
    /** Executes these nodes and all that comes after them; without it, the whole dag. */
    from: Type.Optional(Type.Array(nodeName, { minItems: 1, maxItems: limits.runFromMax })),
    /** The W3C trace context of whoever triggered it. */
    traceparent: Type.Optional(Type.String({ pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' })),
  }),
  'run.canceled': Type.Object({ ...envelope, ...ofRun, type: Type.Literal('run.canceled') }),
  'run.paused': Type.Object({ ...envelope, ...ofRun, type: Type.Literal('run.paused') }),
  'run.resumed': Type.Object({ ...envelope, ...ofRun, type: Type.Literal('run.resumed') }),
  'node.retried': Type.Object({
    ...envelope,
    ...ofNode,
    type: Type.Literal('node.retried'),
    downstream: Type.Boolean(),
  }),
  /** Gets no new work until it is uncordoned, whichever agent comes; what it runs goes on. */
  'server.cordoned': Type.Object({ ...envelope, type: Type.Literal('server.cordoned'), server: serverName }),
  'server.uncordoned': Type.Object({
    ...envelope,
    type: Type.Literal('server.uncordoned'),
    server: serverName,
  }),

  // --- agents
  'agent.joined': Type.Object({
    ...envelope,
    type: Type.Literal('agent.joined'),
    server: serverName,
    incarnation,
    /** Host name and addresses: what else `nodes.yaml` may call this server. */
    names: Type.Array(Type.String({ maxLength: 256 }), { maxItems: 64 }),
    slots: Type.Integer({ minimum: 1, maximum: 100_000 }),
    labels: Type.Record(Type.String(), Type.String()),
    /** Nodes that the agent was started for (`dagtop agent A B`), with no placement file. */
    only: Type.Optional(Type.Array(Type.String({ maxLength: 260 }), { maxItems: 1_000 })),
    /** Which journal it has: with another one nobody knows what its predecessor had begun. */
    journal: Type.String({ maxLength: 64 }),
    version: Type.String({ maxLength: 64 }),
  }),
  'agent.draining': Type.Object({
    ...envelope,
    type: Type.Literal('agent.draining'),
    server: serverName,
    incarnation,
  }),
  /** A clean exit: everything that it ran is recorded; what it had queued and not started goes elsewhere. */
  'agent.left': Type.Object({
    ...envelope,
    type: Type.Literal('agent.left'),
    server: serverName,
    incarnation,
  }),
  'attempt.started': Type.Object({
    ...envelope,
    ...ofAttempt,
    type: Type.Literal('attempt.started'),
    incarnation,
  }),
  'attempt.finished': Type.Object({
    ...envelope,
    ...ofAttempt,
    type: Type.Literal('attempt.finished'),
    incarnation,
    startedMs: Type.Optional(timeMs),
    outcome,
    wrote: Type.Optional(outputFacts),
  }),

  // --- schedulers
  'leader.elected': Type.Object({
    ...decision,
    type: Type.Literal('leader.elected'),
    scheduler: schedulerId,
  }),
  'leader.resigned': Type.Object({
    ...decision,
    type: Type.Literal('leader.resigned'),
    scheduler: schedulerId,
  }),
  /**
   * The state as of this event is written down in the parts that follow. Of finished runs the newest `keptRuns` stay in memory, everywhere: what the
   * checkpoint lacks nobody has.
   */
  'checkpoint.begun': Type.Object({
    ...decision,
    type: Type.Literal('checkpoint.begun'),
    checkpoint: checkpointId,
    keptRuns: count,
  }),
  'checkpoint.part': Type.Object({
    ...decision,
    type: Type.Literal('checkpoint.part'),
    checkpoint: checkpointId,
    /** Where it was begun. */
    base: position,
    part: Type.Integer({ minimum: 1 }),
    parts: Type.Integer({ minimum: 1, maximum: limits.checkpointPartsMax }),
    /** SHA-256 of the whole text, in hex. */
    digest: Type.String({ maxLength: 64 }),
    /** A piece of the text, gzipped and in base64. */
    data: Type.String({ maxLength: limits.checkpointPartMaxLength }),
  }),
  'attempt.dispatched': Type.Object({
    ...decision,
    ...ofAttempt,
    type: Type.Literal('attempt.dispatched'),
    incarnation,
  }),
  /** The agent is silent about an attempt that is long past its time. */
  'attempt.overdue': Type.Object({ ...decision, ...ofAttempt, type: Type.Literal('attempt.overdue') }),
  /** The agent sent no heartbeat for the grace period: all that it had open is lost. */
  'agent.lost': Type.Object({
    ...decision,
    type: Type.Literal('agent.lost'),
    server: serverName,
    incarnation,
  }),
  'node.skipped': Type.Object({ ...decision, ...ofNode, type: Type.Literal('node.skipped') }),
  'node.upstream_failed': Type.Object({ ...decision, ...ofNode, type: Type.Literal('node.upstream_failed') }),
  'run.finished': Type.Object({
    ...decision,
    ...ofRun,
    type: Type.Literal('run.finished'),
    outcome: Type.Union([Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('canceled')]),
  }),
} as const;

export type EventType = keyof typeof eventSchemas;
export type EventOf<T extends EventType> = Static<(typeof eventSchemas)[T]>;
export type LogEvent = { [T in EventType]: EventOf<T> }[EventType];
/** What an operator wants, without who and when. */
export type OperatorEvent = {
  [T in EventType]: Omit<EventOf<T>, 'id' | 'atMs' | 'by'>;
}[EventType];
export type Decision = Extract<LogEvent, { epoch: number }>;
export type RunOutcome = EventOf<'run.finished'>['outcome'];
