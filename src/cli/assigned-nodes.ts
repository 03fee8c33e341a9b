import { candidatesFor } from '../engine/server-choice.ts';
import type { ServerName } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { counted } from '../view/counted.ts';

const SHOWN = 8;

/** The nodes of all dags in force that `server` may run: `dag/node`, in the order of the dags. */
function assignedNodes(state: State, server: ServerName): string[] {
  return [...state.dags.values()].flatMap((hash) => {
    const definition = state.definitions.get(hash);
    if (definition === undefined) return [];
    const { dag } = definition;
    return dag.nodes
      .filter(({ name }) =>
        candidatesFor(state, dag.name, name).some(({ agent }) => agent?.server === server),
      )
      .map(({ name }) => `${dag.name}/${name}`);
  });
}

/** What an agent says of its work at its start, and whether that is a reason to worry. */
export function describeAssignment(
  state: State,
  server: ServerName,
): { readonly level: 'info' | 'warning'; readonly text: string } {
  const nodes = assignedNodes(state, server);
  if (nodes.length > 0) {
    const more = nodes.length > SHOWN ? ` and ${nodes.length - SHOWN} more` : '';
    return {
      level: 'info',
      text: `${server} has ${counted(nodes.length, 'node')}: ${nodes.slice(0, SHOWN).join(', ')}${more}`,
    };
  }
  const why =
    state.dags.size === 0
      ? 'no dag is in force yet (dagtop apply dags nodes.yaml)'
      : `nodes.yaml lists nothing for ${server} (it lists ${hostsText(state)})`;
  return { level: 'warning', text: `no nodes are assigned to ${server}: ${why}` };
}

function hostsText(state: State): string {
  const hosts = state.placement.servers.map(({ host }) => host);
  if (hosts.length === 0) return 'no server at all';
  return hosts.slice(0, SHOWN).join(', ') + (hosts.length > SHOWN ? ', …' : '');
}
