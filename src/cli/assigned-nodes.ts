import { candidatesFor } from '../engine/server-choice.ts';
import type { ServerName } from '../model/ids.ts';
import type { PlacementEntry } from '../model/placement.ts';
import type { State } from '../model/state.ts';
import { counted } from '../view/counted.ts';

const SHOWN = 8;

type Assignment = { readonly level: 'info' | 'warning'; readonly text: string };

/** The nodes of all dags in force that `server` may run, in the order of the dags. */
function assignedNodes(state: State, server: ServerName) {
  return [...state.dags.values()].flatMap((hash) => {
    const { dag } = state.definitions.get(hash) ?? {};
    if (dag === undefined) return [];
    return dag.nodes.flatMap(({ name }) => {
      const own = candidatesFor(state, dag.name, name).find(({ agent }) => agent?.server === server);
      return own === undefined ? [] : [{ text: `${dag.name}/${name}`, standby: own.standby }];
    });
  });
}

/** What an agent says of its work at its start, and whether that is a reason to worry. */
export function describeAssignment(state: State, server: ServerName): Assignment {
  const nodes = assignedNodes(state, server);
  if (nodes.length === 0) return { level: 'warning', text: whyUnassigned(state, server) };
  const verb = nodes.every(({ standby }) => standby) ? 'stands by for' : 'has';
  const more = nodes.length > SHOWN ? ` and ${nodes.length - SHOWN} more` : '';
  const shown = nodes.slice(0, SHOWN).map(({ text }) => text);
  return {
    level: 'info',
    text: `${server} ${verb} ${counted(nodes.length, 'node')}: ${shown.join(', ')}${more}`,
  };
}

function whyUnassigned(state: State, server: ServerName): string {
  const names = state.agents.get(server)?.names ?? [];
  const listing = state.placement.servers.find(({ host }) => host === server || names.includes(host));
  const given = listing?.nodes.map(entryText) ?? [];
  const text = given.slice(0, SHOWN).join(', ') + (given.length > SHOWN ? ', …' : '');
  const why =
    state.dags.size === 0
      ? 'no dag is in force yet (dagtop apply dags nodes.yaml)'
      : given.length === 0
        ? `nodes.yaml lists nothing for ${server} (it lists ${hostsText(state)})`
        : `nodes.yaml gives it ${text}, and no dag in force leaves that to it`;
  return `no nodes are assigned to ${server}: ${why}`;
}

function entryText(entry: PlacementEntry): string {
  if ('everything' in entry) return '"*"';
  return entry.dag === undefined ? entry.node : `${entry.dag}/${entry.node}`;
}

function hostsText(state: State): string {
  const hosts = state.placement.servers.map(({ host }) => host);
  if (hosts.length === 0) return 'no server at all';
  return hosts.slice(0, SHOWN).join(', ') + (hosts.length > SHOWN ? ', …' : '');
}
