import { listRuns } from '../../history/port/all-runs.ts';
import type { RunQuery } from '../../history/port/run-summary.ts';
import type { RunId } from '../../model/ids.ts';
import { nodeAnswer } from '../answers/node.ts';
import { Reasons } from '../answers/reasons.ts';
import { runDetail, summaryAnswer } from '../answers/run.ts';
import type { Backing } from '../backing.ts';
import type { QueryOf } from '../contract/operations.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { changedNodes } from '../events/changed-nodes.ts';
import type { Handlers } from '../handlers.ts';
import { findNode, foundRun } from '../lookup.ts';

/** Runs, in memory and in history. */
export function runHandlers(backing: Backing): Handlers<'listRuns' | 'getRun' | 'getNode'> {
  const { replica, clock, history, tape } = backing;
  const { state } = replica;
  return {
    listRuns: async ({ query }) => {
      const wanted = runQuery(query);
      let isPartial = false;
      const { items, next } = await listRuns(state, history, wanted).catch(() => {
        isPartial = true;
        return listRuns(state, undefined, wanted);
      });
      return {
        ...(isPartial ? { isPartial } : {}),
        items: items.map((item) => summaryAnswer(item, state.runs.get(item.run))),
        ...(next === undefined ? {} : { nextCursor: encodeCursor([next.triggeredMs, next.run]) }),
      };
    },
    getRun: async ({ params, query }) => {
      const { run, from } = await foundRun(backing, params.run);
      const isLive = from === 'memory';
      return runDetail(state, run, clock.nowMs(), {
        changed: query.after === undefined || !isLive ? undefined : changedNodes(tape, run, query.after),
        position: replica.position,
        source: isLive ? 'live' : 'history',
      });
    },
    getNode: async ({ params }) => {
      const { run } = await foundRun(backing, params.run);
      const index = findNode(run.definition, params.node);
      return nodeAnswer(run, index, new Reasons(state, run, clock.nowMs()).of(index), true);
    },
  };
}

function runQuery(query: QueryOf<'listRuns'>): RunQuery {
  const { dag, state, since, until, search, limit = 50, cursor } = query;
  const [triggeredMs, run] = cursor === undefined ? [] : decodeCursor(cursor, 'string');
  return {
    limit,
    ...(dag === undefined ? {} : { dag }),
    ...(state === undefined ? {} : { states: [state] }),
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
    ...(search === undefined || search === '' ? {} : { search }),
    ...(triggeredMs === undefined || run === undefined ? {} : { before: { triggeredMs, run: run as RunId } }),
  };
}
