import type { Dag } from '../model/dag.ts';
import type { DagHash, NodeName } from '../model/ids.ts';
import type { Definition } from '../model/state.ts';

/**
 * Turns a dag into indexes, or says why it is none: two nodes of one name, a dependency that does not exist or stands twice, a cycle. Files are
 * checked with positions in `definition/`; this is for what came over the wire.
 */
export function compileDag(hash: DagHash, dag: Dag): Definition | string {
  const indexOf = new Map<NodeName, number>(dag.nodes.map((node, index) => [node.name, index]));
  if (indexOf.size !== dag.nodes.length) return 'two nodes have one name';
  const upstream: number[][] = [];
  const downstream: number[][] = dag.nodes.map(() => []);
  for (const [index, node] of dag.nodes.entries()) {
    const sources: number[] = [];
    for (const name of node.depends) {
      const source = indexOf.get(name);
      if (source === undefined) return `'${node.name}' depends on '${name}', which does not exist`;
      sources.push(source);
      downstream[source]?.push(index);
    }
    if (new Set(sources).size !== sources.length) return `'${node.name}' names a dependency twice`;
    upstream.push(sources);
  }
  const order = topologicalOrder(upstream, downstream);
  if (order.length !== dag.nodes.length) return 'the dependencies form a cycle';
  return { hash, dag, indexOf, upstream, downstream, order, pins: 0 };
}

/** Kahn 1962. Shorter than the node count when there is a cycle. */
function topologicalOrder(upstream: readonly number[][], downstream: readonly number[][]): number[] {
  const missing = upstream.map((sources) => sources.length);
  const order = missing.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let at = 0; at < order.length; at += 1) {
    for (const target of downstream[order[at] ?? 0] ?? []) {
      const left = (missing[target] ?? 0) - 1;
      missing[target] = left;
      if (left === 0) order.push(target);
    }
  }
  return order;
}

/** All that can be reached from `start` along `edges`, by index, without `start` itself; nothing that is `known`, nor what only that leads to. */
export function reachable(
  edges: readonly (readonly number[])[],
  start: number,
  known: ReadonlySet<number> = new Set(),
): Set<number> {
  const seen = new Set<number>();
  const stack = [start];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const target of edges[next] ?? []) {
      if (seen.has(target) || known.has(target)) continue;
      seen.add(target);
      stack.push(target);
    }
  }
  return seen;
}
