import type { EventOf } from '../model/event.ts';
import type { ServerName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { ACCEPTED, rejected } from '../model/state.ts';
import type { AgentState, State, Verdict } from '../model/state.ts';

export function cordonServer(state: State, { server }: EventOf<'server.cordoned'>): Verdict {
  if (state.cordoned.has(server)) return rejected(`${server} is cordoned already`);
  if (!isKnown(state, server)) return rejected(`there is no server ${server}`);
  if (state.cordoned.size >= limits.serversMax) return rejected('too many servers are cordoned');
  state.cordoned.add(server);
  return ACCEPTED;
}

export function uncordonServer(state: State, { server }: EventOf<'server.uncordoned'>): Verdict {
  return state.cordoned.delete(server) ? ACCEPTED : rejected(`${server} is not cordoned`);
}

/** Whether an operator took the agent's server out of service, by whichever of its names. */
export function isCordoned(state: State, { server, names }: Pick<AgentState, 'server' | 'names'>): boolean {
  const { cordoned } = state;
  return (
    cordoned.size > 0 && (cordoned.has(server) || names.some((name) => cordoned.has(name as ServerName)))
  );
}

function isKnown(state: State, server: ServerName): boolean {
  return (
    state.placement.servers.some(({ host }) => host === server) ||
    [...state.agents.values()].some((agent) => agent.server === server || agent.names.includes(server))
  );
}
