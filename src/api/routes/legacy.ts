import { listRuns } from '../../history/port/all-runs.ts';
import type { Run } from '../../model/state.ts';
import { runState } from '../../view/run-state.ts';
import type { Backing } from '../backing.ts';
import type { DagStatus } from '../contract/legacy.ts';
import type { Handlers } from '../handlers.ts';
import { findDefinition, findOnlyDag, foundRun } from '../lookup.ts';
import { ApiProblem } from '../problem.ts';

/** `GET /dag/status` of the first design. */
export function legacyHandlers(backing: Backing): Handlers<'getDagStatus'> {
  const { replica, history } = backing;
  const { state } = replica;
  return {
    getDagStatus: async ({ query }) => {
      if (query.run !== undefined) {
        const { run } = await foundRun(backing, query.run);
        if (query.dag !== undefined && run.dag !== query.dag)
          throw new ApiProblem(404, 'no_such_run', `${run.id} is no run of ${query.dag}`);
        return statusOf(run);
      }
      const definition = query.dag === undefined ? findOnlyDag(state) : findDefinition(state, query.dag);
      const { items } = await listRuns(state, history, { dag: definition.dag.name, limit: 1 });
      const newest = items[0];
      if (newest !== undefined) return statusOf((await foundRun(backing, newest.run)).run);
      const { dag } = definition;
      return { dag: dag.name, nodes: Object.fromEntries(dag.nodes.map(({ name }) => [name, 'waiting'])) };
    },
  };
}

function statusOf(run: Run): DagStatus {
  const { nodes } = run.definition.dag;
  return {
    dag: run.dag,
    run: run.id,
    state: runState(run),
    nodes: Object.fromEntries(
      nodes.map(({ name }, index) => [name, run.nodes[index]?.status.is ?? 'waiting']),
    ),
  };
}
