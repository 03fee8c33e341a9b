import { agentNamed } from '../engine/fold-server.ts';
import { candidatesFor, takesWork } from '../engine/server-choice.ts';
import { sanitizeText } from '../graph/text.ts';
import type { DagName, NodeName, ServerName } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { counted } from './counted.ts';

/** Where the nodes of a server would go without it. Texts are safe to paint. */
export type DrainPlan = {
  /** Attempts that it has now; they go on. */
  readonly running: number;
  /** Nodes of the dags in force that it may run, by where they go then. */
  readonly moves: readonly { readonly to: readonly string[]; readonly nodes: readonly string[] }[];
  /** Nodes that no other server in service has: they would wait. */
  readonly stranded: readonly string[];
};

/** The dry run of a drain: what changes for the dags in force. */
export function drainPlan(state: State, server: ServerName): DrainPlan {
  const agent = agentNamed(state, server);
  const moves = new Map<string, { to: string[]; nodes: string[] }>();
  const stranded: string[] = [];
  for (const [dag, hash] of state.dags) {
    for (const { name } of state.definitions.get(hash)?.dag.nodes ?? []) {
      const to = othersFor(state, dag, name, server, agent?.server);
      if (to === undefined) continue;
      const text = sanitizeText(`${dag}/${name}`);
      if (to.length === 0) {
        stranded.push(text);
        continue;
      }
      const move = moves.get(to.join()) ?? { to, nodes: [] };
      move.nodes.push(text);
      moves.set(to.join(), move);
    }
  }
  return { running: agent?.load ?? 0, moves: [...moves.values()], stranded };
}

/** Servers in service that have the node beside `server`; undefined when `server` does not have it. */
function othersFor(
  state: State,
  dag: DagName,
  node: NodeName,
  server: ServerName,
  agent: ServerName | undefined,
): string[] | undefined {
  const candidates = candidatesFor(state, dag, node);
  const isOwn = (host: string, name: ServerName | undefined): boolean =>
    host === server || (name !== undefined && (name === server || name === agent));
  if (!candidates.some((one) => isOwn(one.host, one.agent?.server))) return undefined;
  const others = candidates.filter((one) => !isOwn(one.host, one.agent?.server));
  return [
    ...new Set(others.filter((one) => takesWork(state, one.agent)).map(({ host }) => sanitizeText(host))),
  ];
}

const NAMES_SHOWN = 4;

/** The plan in sentences, what needs a look first. */
export function drainLines({ running, moves, stranded }: DrainPlan): readonly string[] {
  return [
    ...(stranded.length === 0
      ? []
      : [
          `${counted(stranded.length, 'node')} would wait, no other server has ${stranded.length === 1 ? 'it' : 'them'}: ${names(stranded)}`,
        ]),
    ...moves.map(
      ({ to, nodes }) => `${counted(nodes.length, 'node')} will run on ${names(to)}: ${names(nodes)}`,
    ),
    ...(stranded.length + moves.length === 0 ? ['No node of a dag in force depends on it.'] : []),
    running === 0 ? 'Nothing runs there now.' : `${counted(running, 'attempt')} there will go on to the end.`,
  ];
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, NAMES_SHOWN).join(', ');
  return all.length > NAMES_SHOWN ? `${shown} and ${all.length - NAMES_SHOWN} more` : shown;
}
