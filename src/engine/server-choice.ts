import type { DagName, Incarnation, NodeName, ServerName } from '../model/ids.ts';
import { serversFor } from '../model/placement.ts';
import type { PlacedServer } from '../model/placement.ts';
import type { AgentState, State } from '../model/state.ts';
import { isCordoned } from './fold-server.ts';
import { hashFraction } from './retry.ts';

/** A server that may run a node now or later, as the placement and the agents that joined have it. */
export type Candidate = {
  /** What `nodes.yaml` calls it. */
  readonly host: string;
  readonly standby: boolean;
  /** Commands at a time; 0 while no agent is there. */
  readonly slots: number;
  /** The agent that is there, gone ones included; undefined when none was ever seen. */
  readonly agent: AgentState | undefined;
};

/** All that may run `node`, whether there or not, full or not: the material of a choice and of its explanation. */
export function candidatesFor(state: State, dag: DagName, node: NodeName): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const placed of serversFor(state.placement, dag, node)) {
    const agents = agentsOf(state, placed.host);
    if (agents.length === 0)
      candidates.push({ host: placed.host, standby: placed.standby, slots: 0, agent: undefined });
    for (const agent of agents) {
      const slots = placed.concurrency ?? agent.slots;
      candidates.push({ host: placed.host, standby: placed.standby, slots, agent });
    }
  }
  for (const agent of state.agents.values()) {
    if (agent.only === undefined) continue;
    if (!agent.only.includes(node) && !agent.only.includes(`${dag}/${node}`)) continue;
    candidates.push({ host: agent.server, standby: false, slots: agent.slots, agent });
  }
  return candidates;
}

/** Whether an agent is there and its server in service. */
export function takesWork(state: State, agent: AgentState | undefined): agent is AgentState {
  return agent?.presence === 'present' && !isCordoned(state, agent);
}

/** Agents that were started for given nodes take no others. */
function agentsOf(state: State, host: ServerName): AgentState[] {
  const named = state.agents.get(host);
  if (named !== undefined && named.only === undefined) return [named];
  return [...state.agents.values()].filter((agent) => agent.only === undefined && agent.names.includes(host));
}

/** Present servers that several nodes share, as those do that the same entry of the placement lists. */
type Pool = {
  readonly candidates: readonly Candidate[];
  /** No slot was free; none gets free within a round. */
  isFull: boolean;
};

/** Chooses servers for the nodes of one round of decisions, counting what the round itself has placed. */
export class ServerChoice {
  readonly #state: State;
  readonly #placed = new Map<Incarnation, number>();
  /** By what lists the nodes: thousands that wait for one server must not each look at it. */
  readonly #pools = new Map<readonly PlacedServer[], Pool>();
  readonly #restricted: boolean;

  constructor(state: State) {
    this.#state = state;
    this.#restricted = [...state.agents.values()].some(({ only }) => only !== undefined);
  }

  /**
   * The least loaded of the servers that list the node, are there and have a free slot; ties are spread by `keyOf`. Standbys
   * only when no other listed server is there. Undefined: none now.
   */
  choose(dag: DagName, node: NodeName, takesSlot: boolean, keyOf: () => string): AgentState | undefined {
    const pool = this.#poolOf(dag, node);
    if (takesSlot && pool.isFull) return undefined;
    const key = keyOf();
    let best: { agent: AgentState; load: number; tie: number } | undefined;
    for (const { agent, slots } of pool.candidates) {
      if (agent === undefined) continue;
      const used = agent.load + (this.#placed.get(agent.incarnation) ?? 0);
      if (takesSlot && used >= slots) continue;
      const load = used / slots;
      const tie = hashFraction(`${key}@${agent.server}`);
      if (best === undefined || load < best.load || (load === best.load && tie < best.tie))
        best = { agent, load, tie };
    }
    if (takesSlot && best === undefined) pool.isFull = true;
    if (best === undefined) return undefined;
    if (takesSlot)
      this.#placed.set(best.agent.incarnation, (this.#placed.get(best.agent.incarnation) ?? 0) + 1);
    return best.agent;
  }

  #poolOf(dag: DagName, node: NodeName): Pool {
    // Agents that were started for given nodes come on top of the placement, node by node.
    if (this.#restricted) return this.#open(dag, node);
    const listing = serversFor(this.#state.placement, dag, node);
    let pool = this.#pools.get(listing);
    if (pool === undefined) {
      pool = this.#open(dag, node);
      this.#pools.set(listing, pool);
    }
    return pool;
  }

  #open(dag: DagName, node: NodeName): Pool {
    const present = candidatesFor(this.#state, dag, node).filter(({ agent }) =>
      takesWork(this.#state, agent),
    );
    const regular = present.filter(({ standby }) => !standby);
    return { candidates: regular.length > 0 ? regular : present, isFull: false };
  }
}
