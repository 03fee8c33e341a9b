import { limits } from '../model/limits.ts';
import { sanitizeText } from './text.ts';
import type { Topology } from './topology.ts';

/** Boxes by indices and their neighbours, each once, in the order of the edges; without cycle. */
export type Network = {
  readonly size: number;
  readonly out: readonly (readonly number[])[];
  readonly into: readonly (readonly number[])[];
  /** The kinds of the edges in `out`, where any has one. */
  readonly kinds?: readonly (readonly string[])[] | undefined;
};

export type IndexedEdge = { readonly from: number; readonly to: number };

export type NetworkResult =
  | { readonly network: Network; readonly edges: readonly IndexedEdge[] }
  | { readonly reason: string };

/** The cycle is named with this many boxes at most. */
const CYCLE_SHOWN_MAX = 12;

/** Checks a topology and turns its names into indices; a reason where it cannot be drawn as layers. */
export function readNetwork(topology: Topology): NetworkResult {
  const { boxes, edges } = topology;
  if (boxes.length > limits.dagMaxNodes)
    return { reason: `${boxes.length} boxes are more than ${limits.dagMaxNodes}` };
  if (edges.length > limits.dagMaxEdges)
    return { reason: `${edges.length} edges are more than ${limits.dagMaxEdges}` };
  const indexOf = new Map<string, number>();
  for (const [index, box] of boxes.entries()) {
    if (indexOf.has(box.id)) return { reason: `two boxes are named ${sanitizeText(box.id)}` };
    indexOf.set(box.id, index);
  }
  const indexed: IndexedEdge[] = [];
  const kinds = edges.map(({ kind = '' }) => kind);
  for (const edge of edges) {
    const source = indexOf.get(edge.from);
    const target = indexOf.get(edge.to);
    if (source === undefined) return { reason: `an edge leaves ${sanitizeText(edge.from)}, which is no box` };
    if (target === undefined) return { reason: `an edge enters ${sanitizeText(edge.to)}, which is no box` };
    indexed.push({ from: source, to: target });
  }
  const network = networkOf(boxes.length, indexed, kinds);
  const order = topologicalOrder(network);
  if (order.length === boxes.length) return { network, edges: indexed };
  const names = findCycle(network, order).map((index) => sanitizeText(boxes[index]?.id ?? ''));
  const shown = names.length > CYCLE_SHOWN_MAX ? [...names.slice(0, CYCLE_SHOWN_MAX), '…'] : names;
  return { reason: `a cycle: ${[...shown, names[0]].join(' → ')}` };
}

/** All boxes, each after those it depends on (Kahn's algorithm); those of a cycle and behind it are missing. */
export function topologicalOrder({ out, into }: Network): number[] {
  const open = into.map((sources) => sources.length);
  const order = [...open.keys()].filter((index) => open[index] === 0);
  for (const index of order) {
    for (const target of out[index] ?? []) {
      const left = (open[target] ?? 0) - 1;
      open[target] = left;
      if (left === 0) order.push(target);
    }
  }
  return order;
}

function networkOf(size: number, edges: readonly IndexedEdge[], kinds: readonly string[]): Network {
  const out: number[][] = Array.from({ length: size }, () => []);
  const into: number[][] = Array.from({ length: size }, () => []);
  const kindsOf: string[][] = Array.from({ length: size }, () => []);
  const seen = new Set<number>();
  for (const [index, { from, to }] of edges.entries()) {
    const key = from * size + to;
    if (seen.has(key)) continue;
    seen.add(key);
    out[from]?.push(to);
    into[to]?.push(from);
    kindsOf[from]?.push(kinds[index] ?? '');
  }
  return { size, out, into, kinds: kinds.some((kind) => kind !== '') ? kindsOf : undefined };
}

/** Every box that the order could not reach has such a one before it, so walking back ends in a cycle. It starts at the first of the file. */
function findCycle({ into }: Network, order: readonly number[]): number[] {
  const reached = new Set(order);
  const path: number[] = [];
  const stepOf = new Map<number, number>();
  let at = [...into.keys()].find((index) => !reached.has(index)) ?? 0;
  while (!stepOf.has(at)) {
    stepOf.set(at, path.length);
    path.push(at);
    at = into[at]?.find((source) => !reached.has(source)) ?? at;
  }
  const cycle = path.slice(stepOf.get(at)).toReversed();
  const first = cycle.indexOf(cycle.reduce((a, b) => Math.min(a, b)));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
