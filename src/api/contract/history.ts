import { Type } from 'typebox';
import type { Static } from 'typebox';
import { count, name, page, paging, position, request, text, time } from './fields.ts';
import type { Operations } from './operation.ts';

const rate = Type.Number({ minimum: 0, maximum: 1 });
const duration = Type.Number({ minimum: 0 });

export const nodeStats = Type.Object({
  dag: name,
  node: name,
  /** Attempts that ended, and those of them that failed, timed out or were lost. */
  attempts: count,
  failures: count,
  failureRate: rate,
  p50Ms: Type.Optional(duration),
  p95Ms: Type.Optional(duration),
});

export const stats = Type.Object({
  since: time,
  /** Runs that ended. */
  runs: count,
  succeeded: count,
  failed: count,
  canceled: count,
  /** Of those that succeeded or failed; missing when there is none. */
  successRate: Type.Optional(rate),
  p50Ms: Type.Optional(duration),
  p95Ms: Type.Optional(duration),
  /** Oldest first, days of UTC. */
  days: Type.Array(
    Type.Object({
      day: Type.String({ format: 'date' }),
      runs: count,
      succeeded: count,
      failed: count,
      canceled: count,
      p50Ms: Type.Optional(duration),
    }),
  ),
  nodes: Type.Array(nodeStats),
  slowest: Type.Array(nodeStats),
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
    query: request({ dag: Type.Optional(name), since: Type.Optional(time) }),
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
      by: Type.Optional(Type.String({ maxLength: 256 })),
      since: Type.Optional(time),
      until: Type.Optional(time),
      ...paging,
    }),
    status: 200,
    answer: auditPage,
    problems: [503],
  },
} as const satisfies Operations;
