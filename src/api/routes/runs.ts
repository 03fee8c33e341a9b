import { nodeAnswer } from '../answers/node.ts';
import { Reasons } from '../answers/reasons.ts';
import { runDetail, runSummary } from '../answers/run.ts';
import type { Backing } from '../backing.ts';
import type { Handlers } from '../handlers.ts';
import { findLiveRun, findNode } from '../lookup.ts';

export function runHandlers({ replica, clock }: Backing): Handlers<'listRuns' | 'getRun' | 'getNode'> {
  const { state } = replica;
  return {
    listRuns: ({ query }) => {
      const { limit = 50 } = query;
      const runs = [...state.runs.values()].toReversed();
      return { items: runs.slice(0, limit).map(runSummary) };
    },
    getRun: ({ params }) =>
      runDetail(state, findLiveRun(state, params.run), clock.nowMs(), {
        position: replica.position,
        source: 'live',
      }),
    getNode: ({ params }) => {
      const run = findLiveRun(state, params.run);
      const index = findNode(run.definition, params.node);
      return nodeAnswer(run, index, new Reasons(state, run, clock.nowMs()).of(index), true);
    },
  };
}
