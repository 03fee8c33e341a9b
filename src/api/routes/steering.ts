import { failedNodes } from '../../engine/failed-nodes.ts';
import { retryScope } from '../../engine/fold-retry.ts';
import type { FastifyRequest } from 'fastify';
import type { NodeName } from '../../model/ids.ts';
import type { Run } from '../../model/state.ts';
import { runState } from '../../view/run-state.ts';
import type { Backing } from '../backing.ts';
import type { Retried, Steered } from '../contract/runs.ts';
import type { Call, Handlers } from '../handlers.ts';
import { findNode, findOpenableRun } from '../lookup.ts';
import { ApiProblem } from '../problem.ts';
import type { Proposals } from '../proposals.ts';

const EVENTS = { cancel: 'run.canceled', pause: 'run.paused', resume: 'run.resumed' } as const;

type Steering = 'cancelRun' | 'pauseRun' | 'resumeRun' | 'retryRun' | 'retryNode';

/** What changes a run that there is. */
export function steeringHandlers(backing: Backing, proposals: Proposals): Handlers<Steering> {
  const steer =
    (verb: keyof typeof EVENTS) =>
    async ({ params, request }: Pick<Call<'cancelRun'>, 'params' | 'request'>): Promise<Steered> => {
      const run = await findOpenableRun(backing, params.run);
      await proposals.demand(request, { type: EVENTS[verb], dag: run.dag, run: run.id });
      return { run: run.id, dag: run.dag, state: runState(run) };
    };

  /** Retries nodes one after the other; what an earlier one took along is not retried again. */
  const retry = async (
    request: FastifyRequest,
    run: Run,
    nodes: readonly NodeName[],
    downstream: boolean,
  ): Promise<Retried> => {
    const touched = new Set<number>();
    for (const node of nodes) {
      if (touched.has(findNode(run.definition, node))) continue;
      const scope = retryScope(run, node, downstream);
      await proposals.demand(request, { type: 'node.retried', dag: run.dag, run: run.id, node, downstream });
      if (typeof scope !== 'string') for (const index of scope) touched.add(index);
    }
    const names = run.definition.order.filter((index) => touched.has(index));
    return { run: run.id, nodes: names.map((index) => run.definition.dag.nodes[index]?.name ?? '?') };
  };

  return {
    cancelRun: steer('cancel'),
    pauseRun: steer('pause'),
    resumeRun: steer('resume'),
    retryRun: async ({ params, body, request }) => {
      const run = await findOpenableRun(backing, params.run);
      const nodes = failedNodes(run);
      if (nodes.length === 0) throw new ApiProblem(409, 'refused', `no node of ${run.dag} ${run.id} failed`);
      return retry(request, run, nodes, body.downstream ?? false);
    },
    retryNode: async ({ params, body, request }) => {
      const run = await findOpenableRun(backing, params.run);
      findNode(run.definition, params.node);
      return retry(request, run, [params.node as NodeName], body.downstream ?? false);
    },
  };
}
