import { Type } from 'typebox';
import type { Static } from 'typebox';
import { limits } from '../../model/limits.ts';
import { count, name, paging, paramValue, position, request, text, time, word } from './fields.ts';
import type { Operations } from './operation.ts';

export const runState = word(['succeeded', 'failed', 'canceled', 'canceling', 'paused', 'running']);
export type RunState = Static<typeof runState>;

export const nodeState = word([
  'waiting',
  'queued',
  'running',
  'retrying',
  'succeeded',
  'failed',
  'timed_out',
  'lost',
  'skipped',
  'upstream_failed',
  'canceled',
]);

const summary = {
  run: name,
  dag: name,
  hash: name,
  state: runState,
  triggeredAt: time,
  endedAt: Type.Optional(time),
  by: text,
  /** The values of parameters with telling names (`…TOKEN`, `…PASSWORD`) are `***`. */
  params: Type.Record(Type.String(), paramValue),
  /** The nodes that it was started at, if not at the beginning: it has those and what comes after them. */
  from: Type.Optional(Type.Array(name)),
  /** Nodes: all, those that ended, and how. */
  total: count,
  ended: count,
  succeeded: count,
  failed: count,
  /** What the first node that failed said. */
  error: Type.Optional(text),
} as const;

export const runSummary = Type.Object(summary);
export type RunSummary = Static<typeof runSummary>;
export const runPage = Type.Object({
  items: Type.Array(runSummary),
  nextCursor: Type.Optional(Type.String()),
  /** The history does not answer: these are those in memory alone. */
  isPartial: Type.Optional(Type.Boolean()),
});
export type RunPage = Static<typeof runPage>;

export const attempt = Type.Object({
  attempt: Type.Integer({ minimum: 1 }),
  server: name,
  epoch: count,
  dispatchedAt: time,
  startedAt: Type.Optional(time),
  finishedAt: Type.Optional(time),
  outcome: Type.Optional(word(['succeeded', 'failed', 'timed_out', 'canceled', 'lost'])),
  error: Type.Optional(text),
  exitCode: Type.Optional(Type.Integer()),
  signal: Type.Optional(text),
  /** What the node hands on. Of a whole run it is left out where it is larger than 4 KiB. */
  output: Type.Optional(Type.Unknown()),
  outputBytes: Type.Optional(count),
  stdoutBytes: Type.Optional(count),
  stderrBytes: Type.Optional(count),
  /** Of these streams no longer kept anywhere. */
  droppedBytes: Type.Optional(count),
  /** The last lines of a command that failed. */
  tail: Type.Optional(text),
  /** Outcomes that came after the recorded one: they changed nothing. */
  late: Type.Optional(Type.Array(Type.Object({ outcome: text, at: time }))),
});
export type Attempt = Static<typeof attempt>;

export const nodeDetail = Type.Object({
  node: name,
  state: nodeState,
  /** Why it is where it is, in one clause. */
  reason: text,
  /** When it is tried again; only while it backs off. */
  dueAt: Type.Optional(time),
  attempts: Type.Array(attempt),
});
export type NodeDetail = Static<typeof nodeDetail>;

export const estimate = Type.Object({
  leftMs: Type.Number({ minimum: 0 }),
  endAt: time,
  /** It may well be more. */
  isAtLeast: Type.Boolean(),
  /** Earlier runs that it was learnt from. */
  runs: count,
});

export const runDetail = Type.Object({
  ...summary,
  /** Up to where the answer reflects the log: the `after` of the next request. */
  position,
  /** All nodes are here; otherwise those that changed since `after`. */
  isComplete: Type.Boolean(),
  /** From the log's memory, or from the history of what left it. */
  source: word(['live', 'history']),
  pauses: Type.Array(Type.Object({ from: time, to: Type.Optional(time) })),
  estimate: Type.Optional(estimate),
  nodes: Type.Array(nodeDetail),
});
export type RunDetail = Static<typeof runDetail>;

export const triggerBody = request({
  dag: name,
  params: Type.Optional(Type.Record(Type.String(), paramValue, { maxProperties: limits.paramsMax })),
  from: Type.Optional(
    Type.Union([name, Type.Array(name, { minItems: 1, maxItems: limits.runFromMax })], {
      description: 'start at this node, or these, with what comes after',
    }),
  ),
});
export type TriggerBody = Static<typeof triggerBody>;

export const triggered = Type.Object({ run: name, dag: name });
export type Triggered = Static<typeof triggered>;

export const steered = Type.Object({ run: name, dag: name, state: runState });
export type Steered = Static<typeof steered>;

export const retryBody = request({
  downstream: Type.Optional(
    Type.Boolean({ default: false, description: 'and all that depends on it, succeeded or not' }),
  ),
});

export const retried = Type.Object({ run: name, nodes: Type.Array(name) });
export type Retried = Static<typeof retried>;

const ofRun = request({ run: name });
const ofNode = request({ run: name, node: name });

export const runOperations = {
  listRuns: {
    method: 'GET',
    path: '/api/v1/runs',
    access: 'viewer',
    tag: 'runs',
    summary: 'Runs, newest first: those in memory and those in history',
    query: request({
      dag: Type.Optional(name),
      state: Type.Optional(runState),
      since: Type.Optional(time),
      until: Type.Optional(time),
      search: Type.Optional(Type.String({ maxLength: 200 })),
      ...paging,
    }),
    status: 200,
    answer: runPage,
    problems: [503],
  },
  triggerRun: {
    method: 'POST',
    path: '/api/v1/runs',
    access: 'operator',
    tag: 'runs',
    summary: 'Triggers a run; answered once it is durable in the log',
    body: triggerBody,
    status: 202,
    answer: triggered,
    problems: [404, 409, 422, 503],
  },
  getRun: {
    method: 'GET',
    path: '/api/v1/runs/{run}',
    access: 'viewer',
    tag: 'runs',
    summary: 'A run with its nodes and attempts, or what of it changed',
    params: ofRun,
    query: request({ after: Type.Optional(position) }),
    status: 200,
    answer: runDetail,
    problems: [404, 503],
  },
  getNode: {
    method: 'GET',
    path: '/api/v1/runs/{run}/nodes/{node}',
    access: 'viewer',
    tag: 'runs',
    summary: 'A node of a run with all its attempts and their whole outputs',
    params: ofNode,
    status: 200,
    answer: nodeDetail,
    problems: [404, 503],
  },
  cancelRun: steering('cancel', 'Stops what runs of it, and starts no more'),
  pauseRun: steering('pause', 'Starts no more nodes of it; what runs goes on'),
  resumeRun: steering('resume', 'Lets a paused run go on'),
  retryRun: {
    method: 'POST',
    path: '/api/v1/runs/{run}/retry',
    access: 'operator',
    tag: 'runs',
    summary: 'Runs all nodes that failed by themselves again',
    params: ofRun,
    body: retryBody,
    isBodyOptional: true,
    status: 202,
    answer: retried,
    problems: [404, 409, 422, 503],
  },
  retryNode: {
    method: 'POST',
    path: '/api/v1/runs/{run}/nodes/{node}/retry',
    access: 'operator',
    tag: 'runs',
    summary: 'Runs a node that ended again',
    params: ofNode,
    body: retryBody,
    isBodyOptional: true,
    status: 202,
    answer: retried,
    problems: [404, 409, 422, 503],
  },
} as const satisfies Operations;

function steering(verb: 'cancel' | 'pause' | 'resume', summary: string) {
  return {
    method: 'POST',
    path: `/api/v1/runs/{run}/${verb}`,
    access: 'operator',
    tag: 'runs',
    summary,
    params: ofRun,
    status: 202,
    answer: steered,
    problems: [404, 409, 422, 503],
  } as const;
}
