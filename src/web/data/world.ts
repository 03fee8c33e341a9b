import type { Server } from '../../api/contract/servers.ts';
import type { DagName, Incarnation, NodeName, RunId, SchedulerId, ServerName } from '../../model/ids.ts';
import type { PlacedServer, PlacementEntry } from '../../model/placement.ts';
import type { AgentState, Run, State } from '../../model/state.ts';

/** The state as far as the API's list of servers tells it: enough to say where nodes would run, and why they waited. */
export function worldOf(servers: readonly Server[], run: Run | undefined): State {
  const agents = servers.filter(({ state }) => state !== 'never_seen').map(agentOf);
  return {
    epoch: 0,
    leader: servers.some(({ leads }) => leads) ? ('?' as SchedulerId) : undefined,
    dags: new Map(),
    definitions: new Map(),
    placement: { servers: servers.map(placedOf) },
    cordoned: new Set(servers.filter((server) => server.isCordoned).map(nameOf)),
    agents: new Map(agents.map((agent) => [agent.server, agent])),
    runs: new Map(run === undefined ? [] : [[run.id, run]]),
    openRuns: new Set(run === undefined || run.end !== undefined ? [] : [run]),
    finishedRuns: new Set<RunId>(),
    recentIds: new Set(),
    checkpoints: { open: undefined, complete: [] },
  };
}

function nameOf({ server, agent }: Server): ServerName {
  return (agent ?? server) as ServerName;
}

function agentOf(server: Server): AgentState {
  const name = nameOf(server);
  return {
    server: name,
    incarnation: name as string as Incarnation,
    names: [server.server, name],
    slots: server.slots,
    labels: server.labels,
    only: undefined,
    journal: '',
    version: server.version ?? '',
    joinedMs: server.joinedAt === undefined ? 0 : Date.parse(server.joinedAt),
    presence: server.state === 'never_seen' ? 'left' : server.state,
    load: server.load,
  };
}

function placedOf(server: Server): PlacedServer {
  return {
    host: server.server as ServerName,
    nodes: server.takes.map(entryOf),
    labels: server.labels,
    standby: server.isStandby,
  };
}

function entryOf(text: string): PlacementEntry {
  if (text === '*') return { everything: true };
  const [dag, node] = text.split('/');
  return node === undefined ? { node: text as NodeName } : { dag: dag as DagName, node: node as NodeName };
}
