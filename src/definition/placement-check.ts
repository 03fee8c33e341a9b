import type { Dag } from '../model/dag.ts';
import { serversFor } from '../model/placement.ts';
import type { PlacementEntry } from '../model/placement.ts';
import type { Diagnostic } from './diagnostic.ts';
import { listed, quoted } from './diagnostic.ts';
import type { PlacementDoc } from './placement-file.ts';
import { didYouMean } from './suggestion.ts';

/**
 * Warnings about a placement beside the dags that are known: entries that name no node, and nodes that stand nowhere (one
 * per dag). Not errors, because dags come and go without the placement. None when no dag is known.
 */
export function checkPlacement(doc: PlacementDoc, dags: readonly Dag[]): Diagnostic[] {
  if (dags.length === 0) return [];
  const nodesOf = new Map<string, ReadonlySet<string>>(
    dags.map((dag) => [dag.name, new Set<string>(dag.nodes.map((node) => node.name))]),
  );
  const found: Diagnostic[] = [];
  for (const [serverIndex, server] of doc.placement.servers.entries()) {
    for (const [entryIndex, entry] of server.nodes.entries()) {
      const problem = entryProblem(entry, nodesOf);
      const place = doc.places[serverIndex]?.[entryIndex] ?? doc.at;
      if (problem !== undefined) found.push({ file: doc.file, ...place, severity: 'warning', ...problem });
    }
  }
  for (const dag of dags) {
    const homeless = dag.nodes
      .filter((node) => serversFor(doc.placement, dag.name, node.name).length === 0)
      .map((node) => node.name);
    if (homeless.length === 0) continue;
    const message =
      homeless.length === 1
        ? `node ${quoted(homeless[0] ?? '')} of dag ${quoted(dag.name)} is placed nowhere`
        : `${homeless.length} nodes of dag ${quoted(dag.name)} are placed nowhere: ${listed(homeless, 8)}`;
    const hint = 'list it at a server, or give one server nodes: ["*"]';
    found.push({ file: doc.file, ...doc.at, severity: 'warning', message, hint });
  }
  return found;
}

type Problem = { readonly message: string; readonly hint: string };

function entryProblem(
  entry: PlacementEntry,
  nodesOf: ReadonlyMap<string, ReadonlySet<string>>,
): Problem | undefined {
  if ('everything' in entry) return undefined;
  const removeIt = 'correct the name, or remove it';
  if (entry.dag === undefined) {
    if ([...nodesOf.values()].some((nodes) => nodes.has(entry.node))) return undefined;
    const all = new Set([...nodesOf.values()].flatMap((nodes) => Array.from(nodes)));
    return {
      message: `no dag has a node ${quoted(entry.node)}`,
      hint: didYouMean(entry.node, all) ?? removeIt,
    };
  }
  const nodes = nodesOf.get(entry.dag);
  if (nodes === undefined)
    return {
      message: `there is no dag ${quoted(entry.dag)}`,
      hint: didYouMean(entry.dag, nodesOf.keys()) ?? `the dags are ${listed([...nodesOf.keys()], 8)}`,
    };
  if (nodes.has(entry.node)) return undefined;
  const message = `dag ${quoted(entry.dag)} has no node ${quoted(entry.node)}`;
  return { message, hint: didYouMean(entry.node, nodes) ?? removeIt };
}
