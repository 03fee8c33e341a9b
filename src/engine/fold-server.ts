import type { EventOf } from '../model/event.ts';
import type { ServerName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { ACCEPTED, rejected } from '../model/state.ts';
import type { AgentState, State, Verdict } from '../model/state.ts';

export function cordonServer(state: State, { server }: EventOf<'server.cordoned'>): Verdict {
  if (isServerCordoned(state, server)) return rejected(`${server} is cordoned already`);
  if (!isKnown(state, server)) return rejected(`there is no server ${server}`);
  if (state.cordoned.size >= limits.serversMax) return rejected('too many servers are cordoned');
  state.cordoned.add(server);
  return ACCEPTED;
}

/** Whichever of its names it was cordoned by. */
export function uncordonServer(state: State, { server }: EventOf<'server.uncordoned'>): Verdict {
  const removed = namesOf(state, server).filter((name) => state.cordoned.delete(name));
  return removed.length > 0 ? ACCEPTED : rejected(`${server} is not cordoned`);
}

/** The agent that is, or was, on the server of that name. */
export function agentNamed(state: State, server: ServerName): AgentState | undefined {
  return state.agents.get(server) ?? [...state.agents.values()].find(({ names }) => names.includes(server));
}

/** Whether an operator took the server out of service, by this or another of its names. */
export function isServerCordoned(state: State, server: ServerName): boolean {
  return state.cordoned.size > 0 && namesOf(state, server).some((name) => state.cordoned.has(name));
}

function namesOf(state: State, server: ServerName): ServerName[] {
  const agent = agentNamed(state, server);
  return agent === undefined ? [server] : [server, agent.server, ...(agent.names as ServerName[])];
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
    agentNamed(state, server) !== undefined || state.placement.servers.some(({ host }) => host === server)
  );
}
