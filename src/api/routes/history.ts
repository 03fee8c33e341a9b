import type { AuditQuery, NodeFigures, Outcomes, Quantiles } from '../../history/port/history.ts';
import type { DagName, Position, RunId } from '../../model/ids.ts';
import { isoTime } from '../answers/iso-time.ts';
import { summaryAnswer } from '../answers/run.ts';
import type { Backing } from '../backing.ts';
import type { NodeStats } from '../contract/history.ts';
import type { QueryOf } from '../contract/operations.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Handlers } from '../handlers.ts';
import type { ApiHistory } from '../history.ts';
import { ApiProblem } from '../problem.ts';

const FLAKIEST_SHOWN = 20;

/** What only the history knows. */
export function historyHandlers({ history }: Backing): Handlers<'getStats' | 'listAudit'> {
  return {
    getStats: async ({ query: { dag, since, until } }) => {
      const { dags, nodes, days, slowest } = await required(history).stats({
        ...(dag === undefined ? {} : { dag: dag as DagName }),
        ...span(since, until),
      });
      return {
        dags: dags.map(({ dag: name, runs, took, ...outcomes }) => ({
          dag: name,
          runs,
          ...figures(outcomes, took),
        })),
        nodes: nodes.map(nodeStats),
        days: days.map(({ dayMs, runs, took, ...outcomes }) => ({
          day: isoTime(dayMs).slice(0, '2026-03-01'.length),
          runs,
          ...figures(outcomes, took),
        })),
        slowest: slowest.map((summary) => summaryAnswer(summary, undefined)),
        flakiest: nodes
          .filter(({ flakyRuns }) => flakyRuns > 0)
          .toSorted((a, b) => b.flakyRuns / b.runs - a.flakyRuns / a.runs)
          .slice(0, FLAKIEST_SHOWN)
          .map(nodeStats),
      };
    },
    listAudit: async ({ query }) => {
      const { items, next } = await required(history).audit(auditQuery(query));
      return {
        items: items.map(({ position, atMs, by, action, dag, run, node, server, detail, refusal }) => ({
          position,
          at: isoTime(atMs),
          by,
          type: action,
          ...(dag === undefined ? {} : { dag }),
          ...(run === undefined ? {} : { run }),
          ...(node === undefined ? {} : { node }),
          ...(server === undefined ? {} : { server }),
          ...(detail === undefined ? {} : { detail }),
          ...(refusal === undefined ? {} : { refused: refusal }),
        })),
        ...(next === undefined ? {} : { nextCursor: encodeCursor([next.position, next.index]) }),
      };
    },
  };
}

function required(history: ApiHistory | undefined): ApiHistory {
  if (history !== undefined) return history;
  throw new ApiProblem(503, 'no_history', 'this server keeps no history', {
    hint: 'dagtop serve --history sqlite:.dagtop/history.db',
  });
}

function span(since: string | undefined, until: string | undefined): { sinceMs?: number; untilMs?: number } {
  return {
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
  };
}

function auditQuery({ dag, run, by, since, until, limit = 50, cursor }: QueryOf<'listAudit'>): AuditQuery {
  const [position, index] = cursor === undefined ? [] : decodeCursor(cursor, 'number');
  return {
    limit,
    ...(dag === undefined ? {} : { dag: dag as DagName }),
    ...(run === undefined ? {} : { run: run as RunId }),
    ...(by === undefined || by === '' ? {} : { by }),
    ...span(since, until),
    ...(position === undefined || index === undefined
      ? {}
      : { before: { position: position as Position, index } }),
  };
}

function figures({ succeeded, failed, canceled }: Outcomes, took: Quantiles) {
  const ended = succeeded + failed;
  return { succeeded, failed, canceled, ...(ended === 0 ? {} : { successRate: succeeded / ended }), took };
}

function nodeStats({ took, ...node }: NodeFigures): NodeStats {
  return { ...node, took: { ...took } };
}
