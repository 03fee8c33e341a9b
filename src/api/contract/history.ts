import { Type } from 'typebox';
import type { Static } from 'typebox';
import { count, name, page, paging, position, request, text, time } from './fields.ts';
import type { Operations } from './operation.ts';
import { runSummary } from './runs.ts';

const duration = Type.Number({ minimum: 0 });

/** Half are at most `p50Ms`, 95 of 100 at most `p95Ms`; missing when nothing was measured. */
const took = Type.Object({
  p50Ms: Type.Optional(duration),
  p95Ms: Type.Optional(duration),
  maxMs: Type.Optional(duration),
});

const outcomes = {
  runs: count,
  succeeded: count,
  failed: count,
  canceled: count,
  /** Of those that succeeded or failed; missing when there is none. */
  successRate: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** From trigger to end, of runs that succeeded. */
  took,
} as const;

export const nodeStats = Type.Object({
  dag: name,
  node: name,
  attempts: count,
  succeeded: count,
  failed: count,
  timedOut: count,
  lost: count,
  /** Runs in which it was tried, and those in which it failed at first and succeeded later. */
  runs: count,
  flakyRuns: count,
  /** From start to end, of attempts that succeeded. */
  took,
});
export type NodeStats = Static<typeof nodeStats>;

export const stats = Type.Object({
  dags: Type.Array(Type.Object({ dag: name, ...outcomes })),
  /** With a dag: all its nodes. Without: the slowest and the flakiest of all. */
  nodes: Type.Array(nodeStats),
  /** Days (UTC) on which runs were triggered, oldest first. */
  days: Type.Array(Type.Object({ day: Type.String({ format: 'date' }), ...outcomes })),
  /** Runs that took longest, longest first. */
  slowest: Type.Array(runSummary),
  /** Nodes by how often they failed at first and succeeded later, the worst first. */
  flakiest: Type.Array(nodeStats),
});
export type Stats = Static<typeof stats>;

export const auditRecord = Type.Object({
  position,
  at: time,
  by: text,
  type: text,
  dag: Type.Optional(name),
  run: Type.Optional(name),
  node: Type.Optional(name),
  server: Type.Optional(name),
  detail: Type.Optional(text),
  /** Why it changed nothing; missing when it was accepted. */
  refused: Type.Optional(text),
});
export const auditPage = page(auditRecord);
export type AuditPage = Static<typeof auditPage>;

export const historyOperations = {
  getStats: {
    method: 'GET',
    path: '/api/v1/stats',
    access: 'viewer',
    tag: 'history',
    summary: 'How runs and nodes did: success, durations, trend, slowest, flakiest',
    query: request({ dag: Type.Optional(name), since: Type.Optional(time), until: Type.Optional(time) }),
    status: 200,
    answer: stats,
    problems: [503],
  },
  listAudit: {
    method: 'GET',
    path: '/api/v1/audit',
    access: 'admin',
    tag: 'history',
    summary: 'What operators did, newest first',
    query: request({
      dag: Type.Optional(name),
      run: Type.Optional(name),
      by: Type.Optional(Type.String({ maxLength: 256, description: 'part of who it was' })),
      since: Type.Optional(time),
      until: Type.Optional(time),
      ...paging,
    }),
    status: 200,
    answer: auditPage,
    problems: [503],
  },
} as const satisfies Operations;
