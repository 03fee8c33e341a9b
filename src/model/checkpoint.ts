import { Type } from 'typebox';
import type { Static } from 'typebox';
import { outcome, outputFacts } from './event.ts';
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
  timeMs,
} from './wire.ts';

/** What a checkpoint has of the state: all of it, each thing in the order in which the fold keeps it, without what follows from the rest. */

const text = Type.String({ maxLength: 4_096 });
const indexes = Type.Array(count, { maxItems: limits.dagMaxNodes });

const status = Type.Union([
  Type.Object({ is: Type.Literal('retrying'), dueMs: timeMs, delayMs: count }),
  Type.Object({
    is: Type.Union([
      Type.Literal('waiting'),
      Type.Literal('queued'),
      Type.Literal('running'),
      Type.Literal('succeeded'),
      Type.Literal('failed'),
      Type.Literal('timed_out'),
      Type.Literal('lost'),
      Type.Literal('skipped'),
      Type.Literal('upstream_failed'),
      Type.Literal('canceled'),
    ]),
  }),
]);

const attempt = Type.Object({
  server: serverName,
  incarnation,
  epoch: count,
  dispatchedMs: timeMs,
  position,
  startedMs: Type.Optional(timeMs),
  finishedMs: Type.Optional(timeMs),
  outcome: Type.Optional(outcome),
  wrote: Type.Optional(outputFacts),
  late: Type.Array(Type.Object({ outcome, atMs: timeMs })),
});

const run = Type.Object({
  id: runId,
  dag: dagName,
  hash: dagHash,
  params,
  from: Type.Optional(Type.Array(nodeName)),
  triggeredMs: timeMs,
  by: text,
  traceparent: Type.Optional(text),
  paused: Type.Boolean(),
  pauses: Type.Array(Type.Object({ fromMs: timeMs, toMs: Type.Optional(timeMs) })),
  canceled: Type.Boolean(),
  end: Type.Optional(
    Type.Object({
      outcome: Type.Union([Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('canceled')]),
      atMs: timeMs,
    }),
  ),
  nodes: Type.Array(Type.Object({ status, attempts: Type.Array(attempt), failures: count, losses: count }), {
    maxItems: limits.dagMaxNodes,
  }),
  ready: indexes,
  retrying: indexes,
  active: indexes,
  lastEventMs: timeMs,
});
export type SavedRun = Static<typeof run>;

const agent = Type.Object({
  server: serverName,
  incarnation,
  names: Type.Array(text),
  slots: count,
  labels: Type.Record(Type.String(), Type.String()),
  only: Type.Optional(Type.Array(text)),
  journal: text,
  version: text,
  joinedMs: timeMs,
  presence: Type.Union([
    Type.Literal('present'),
    Type.Literal('draining'),
    Type.Literal('left'),
    Type.Literal('lost'),
  ]),
  load: count,
});

const checkpoint = Type.Object({ base: position, end: position, atMs: timeMs, parts: count });
const openCheckpoint = Type.Object({
  id: text,
  base: position,
  seen: count,
  parts: Type.Optional(count),
  digest: Type.Optional(text),
});

export const savedState = Type.Object({
  /** Of this form; another one is not understood. */
  version: Type.Literal(1),
  epoch: count,
  leader: Type.Optional(schedulerId),
  dags: Type.Array(Type.Object({ name: dagName, hash: dagHash })),
  definitions: Type.Array(Type.Object({ hash: dagHash, dag: dagBody })),
  placement: placementBody,
  cordoned: Type.Array(serverName),
  agents: Type.Array(agent),
  runs: Type.Array(run),
  openRuns: Type.Array(runId),
  finishedRuns: Type.Array(runId),
  recentIds: Type.Array(eventId),
  checkpoints: Type.Object({ open: Type.Optional(openCheckpoint), complete: Type.Array(checkpoint) }),
});
export type SavedState = Static<typeof savedState>;
