import type { Net } from './nets.ts';

/**
 * A part of a net between two layers: it joins all its tops to all its bottoms. A net is a tree towards its only head or its only tail, or
 * comes together in one point; so whoever follows it down from a tail reaches exactly its heads.
 */
export type Strand = {
  readonly net: number;
  /** Vertices of the upper and of the lower layer. */
  readonly tops: readonly number[];
  readonly bottoms: readonly number[];
};

/** Nets cut at layers. Vertices are the boxes and then the points where nets pass a layer. */
export type Layered = {
  readonly boxCount: number;
  readonly vertexCount: number;
  readonly layerOf: readonly number[];
  /** Vertices of each layer, in an order that crossing reduction improves in place. */
  readonly layers: number[][];
  /** `gaps[n]` lies between layers n and n + 1. */
  readonly gaps: readonly (readonly Strand[])[];
  /** The strands below and above each vertex. */
  readonly below: readonly (readonly Strand[])[];
  readonly above: readonly (readonly Strand[])[];
  readonly nets: readonly Net[];
  /** The strands of each net, from the top. */
  readonly strandsOf: readonly (readonly Strand[])[];
};

/**
 * Cuts nets at the layers of their boxes, with one point per layer that a net passes, where those of its tails that lie above come together.
 * Undefined when there are too many points.
 */
export function cutNets(
  nets: readonly Net[],
  boxLayers: ArrayLike<number>,
  pointsMax: number,
): Layered | undefined {
  const layerOf = Array.from(boxLayers);
  const boxCount = layerOf.length;
  const layers: number[][] = [];
  for (const [box, layer] of layerOf.entries()) (layers[layer] ??= []).push(box);
  const strandsOf: Strand[][] = [];
  for (const [net, { tails, heads }] of nets.entries()) {
    const tailsAt = byLayer(tails, layerOf);
    const headsAt = byLayer(heads, layerOf);
    const first = Math.min(...tailsAt.keys());
    const last = Math.max(...headsAt.keys());
    if (layerOf.length + last - first > pointsMax) return undefined;
    const strands: Strand[] = [];
    let passed: readonly number[] = [];
    for (let layer = first; layer < last; layer += 1) {
      const tops = [...passed, ...(tailsAt.get(layer) ?? [])];
      passed = layer + 1 < last ? [layerOf.length] : [];
      strands.push({ net, tops, bottoms: [...(headsAt.get(layer + 1) ?? []), ...passed] });
      for (const point of passed) {
        layers[layer + 1]?.push(point);
        layerOf.push(layer + 1);
      }
    }
    strandsOf.push(strands);
  }
  return linked({ boxCount, layerOf, layers, nets, strandsOf });
}

/** With the strands by gaps and vertices. */
export function linked(
  parts: Pick<Layered, 'boxCount' | 'layerOf' | 'layers' | 'nets' | 'strandsOf'>,
): Layered {
  const { layerOf, layers, strandsOf } = parts;
  const gaps: Strand[][] = Array.from({ length: Math.max(0, layers.length - 1) }, () => []);
  const below: Strand[][] = layerOf.map(() => []);
  const above: Strand[][] = layerOf.map(() => []);
  for (const strand of strandsOf.flat()) {
    gaps[layerOf[strand.tops[0] ?? 0] ?? 0]?.push(strand);
    for (const top of strand.tops) below[top]?.push(strand);
    for (const bottom of strand.bottoms) above[bottom]?.push(strand);
  }
  return { ...parts, vertexCount: layerOf.length, gaps, below, above };
}

function byLayer(boxes: readonly number[], layerOf: readonly number[]): Map<number, number[]> {
  const layers = new Map<number, number[]>();
  for (const box of boxes) {
    const layer = layerOf[box] ?? 0;
    const known = layers.get(layer);
    if (known === undefined) layers.set(layer, [box]);
    else known.push(box);
  }
  return layers;
}
