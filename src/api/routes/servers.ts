import { isServerCordoned } from '../../engine/fold-server.ts';
import { drainPlan } from '../../view/drain.ts';
import { serverAnswers } from '../answers/server.ts';
import type { Backing } from '../backing.ts';
import type { ServerSteered } from '../contract/servers.ts';
import type { Call, Handlers } from '../handlers.ts';
import { findServer } from '../lookup.ts';
import { ApiProblem } from '../problem.ts';
import type { Proposals } from '../proposals.ts';

type Steering = 'cordonServer' | 'uncordonServer' | 'drainServer';
type Steered = Pick<Call<Steering>, 'params' | 'query' | 'request'>;

/** Servers, and what takes them out of service and puts them back. */
export function serverHandlers(
  { replica, heartbeats, clock }: Backing,
  proposals: Proposals,
): Handlers<Steering | 'listServers'> {
  const { state } = replica;
  const cordon = async ({ params, query, request }: Steered): Promise<ServerSteered> => {
    const server = findServer(state, params.server);
    const { running, moves, stranded } = drainPlan(state, server);
    const plan = {
      running,
      moves: moves.map(({ to, nodes }) => ({ to: [...to], nodes: [...nodes] })),
      stranded: [...stranded],
    };
    const isDryRun = query.dryRun ?? false;
    if (!isDryRun && !isServerCordoned(state, server))
      await proposals.demand(request, { type: 'server.cordoned', server });
    return { server, isCordoned: isServerCordoned(state, server), isDryRun, plan };
  };
  return {
    listServers: () => ({ items: serverAnswers(state, heartbeats, clock.nowMs()) }),
    cordonServer: cordon,
    drainServer: cordon,
    uncordonServer: async ({ params, query, request }) => {
      const server = findServer(state, params.server);
      const isDryRun = query.dryRun ?? false;
      if (!isServerCordoned(state, server)) throw new ApiProblem(409, 'refused', `${server} is not cordoned`);
      if (!isDryRun) await proposals.demand(request, { type: 'server.uncordoned', server });
      return { server, isCordoned: isServerCordoned(state, server), isDryRun };
    },
  };
}
