import type { Network } from './network.ts';

/**
 * The part of a net between two layers. A net starts at its sources, has at most one point per layer below, and ends in boxes; so
 * each part joins all its tops to all its bottoms, and whoever follows the net from a source reaches exactly its targets.
 */
export type Strand = {
  readonly net: number;
  /** Vertices of the upper and of the lower layer. */
  readonly tops: readonly number[];
  readonly bottoms: readonly number[];
};

/**
 * Edges bundled into nets and cut at layers. A net holds all edges that leave one box; boxes of one layer with the very same
 * targets share one, when they are many. Vertices are the boxes and then the points where nets pass a layer.
 */
export type Layered = {
  readonly boxCount: number;
  readonly vertexCount: number;
  readonly layerOf: readonly number[];
  /** Vertices of each layer, in an order that crossing reduction improves in place. */
  readonly layers: number[][];
  /** `gaps[n]` lies between layers n and n + 1. */
  readonly gaps: readonly (readonly Strand[])[];
  /** The strand below each vertex, and those above it. */
  readonly below: readonly (Strand | undefined)[];
  readonly above: readonly (readonly Strand[])[];
  /** The net that leaves each box, -1 for none, and the strands of each net from the top. */
  readonly netOf: readonly number[];
  readonly nets: readonly (readonly Strand[])[];
};

/** So many boxes with the same targets share a net: fewer look better with a line of their own each. */
const SHARED_MIN = 4;

/** Undefined when there are too many points. */
export function bundleEdges(network: Network, boxLayers: Int32Array, pointsMax: number): Layered | undefined {
  const layerOf = [...boxLayers];
  const layers: number[][] = [];
  for (const [box, layer] of layerOf.entries()) (layers[layer] ??= []).push(box);
  const gaps: Strand[][] = Array.from({ length: Math.max(0, layers.length - 1) }, () => []);
  const netOf = layerOf.map(() => -1);
  const nets: Strand[][] = [];
  for (const sources of sharedSources(network, boxLayers)) {
    const first = sources[0] ?? 0;
    const top = layerOf[first] ?? 0;
    const targets = new Map<number, number[]>();
    let last = top;
    for (const target of network.out[first] ?? []) {
      const layer = layerOf[target] ?? 0;
      last = Math.max(last, layer);
      const known = targets.get(layer);
      if (known === undefined) targets.set(layer, [target]);
      else known.push(target);
    }
    if (layerOf.length + last - top > pointsMax) return undefined;
    for (const source of sources) netOf[source] = nets.length;
    const strands: Strand[] = [];
    let tops: readonly number[] = sources;
    for (let layer = top + 1; layer <= last; layer += 1) {
      const bottoms = targets.get(layer) ?? [];
      const passes = layer < last;
      if (passes) bottoms.push(layerOf.length);
      const strand = { net: nets.length, tops, bottoms };
      strands.push(strand);
      gaps[layer - 1]?.push(strand);
      if (!passes) continue;
      tops = [layerOf.length];
      layers[layer]?.push(layerOf.length);
      layerOf.push(layer);
    }
    nets.push(strands);
  }
  const links = linkVertices(layerOf.length, gaps);
  return {
    boxCount: network.size,
    vertexCount: layerOf.length,
    layerOf,
    layers,
    gaps,
    netOf,
    nets,
    ...links,
  };
}

/** The sources of each net, in the order of the file. */
function sharedSources(network: Network, boxLayers: Int32Array): number[][] {
  const groups = new Map<string, number[]>();
  for (const [box, targets] of network.out.entries()) {
    if (targets.length === 0) continue;
    const key = `${boxLayers[box]}:${targets.toSorted((a, b) => a - b).join()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [box]);
    else group.push(box);
  }
  const shared = [...groups.values()].flatMap((group) =>
    group.length < SHARED_MIN ? group.map((box) => [box]) : [group],
  );
  return shared.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

function linkVertices(
  count: number,
  gaps: readonly (readonly Strand[])[],
): { below: (Strand | undefined)[]; above: Strand[][] } {
  const below: (Strand | undefined)[] = Array.from({ length: count }, () => undefined);
  const above: Strand[][] = Array.from({ length: count }, () => []);
  for (const strand of gaps.flat()) {
    for (const top of strand.tops) below[top] = strand;
    for (const bottom of strand.bottoms) above[bottom]?.push(strand);
  }
  return { below, above };
}
