import { shortenEdges } from './network-simplex.ts';
import { topologicalOrder } from './network.ts';
import type { Network } from './network.ts';

/** How often the boxes are pulled together; the gain after the second round is small. */
const TIGHTENINGS = 3;
/** With more edges the layers stay as the longest paths make them. */
const EDGES_MAX = 20_000;

/**
 * The layer of each box of a connected network, from 0 at the top, every edge going down. First the longest path from the top, then boxes
 * that have more (or only) lines below are pulled down to them; from there network simplex makes the lines as short as they can be.
 */
export function assignLayers(network: Network): Int32Array {
  const { size, into, out } = network;
  const order = topologicalOrder(network);
  const layerOf = new Int32Array(size);
  for (const box of order)
    for (const source of into[box] ?? []) layerOf[box] = Math.max(at(layerOf, box), at(layerOf, source) + 1);
  const hanging = hangingBoxes(network, order);
  for (let round = 0; round < TIGHTENINGS; round += 1) {
    let moved = false;
    for (let step = order.length - 1; step >= 0; step -= 1) {
      const box = order[step] ?? 0;
      const below = out[box] ?? [];
      if (below.length === 0 || (below.length <= (into[box] ?? []).length && hanging[box] === 0)) continue;
      let lowest = Number.MAX_SAFE_INTEGER;
      for (const target of below) lowest = Math.min(lowest, at(layerOf, target) - 1);
      if (lowest > at(layerOf, box)) moved = true;
      layerOf[box] = Math.max(lowest, at(layerOf, box));
    }
    if (!moved) break;
  }
  if (edgeCount(network) <= EDGES_MAX) shortenEdges(network, layerOf);
  return layerOf;
}

function edgeCount({ out }: Network): number {
  return out.reduce((sum, targets) => sum + targets.length, 0);
}

/** Boxes that nothing holds from above: all that they depend on leads to them alone. */
function hangingBoxes({ size, into, out }: Network, order: readonly number[]): Uint8Array {
  const hanging = new Uint8Array(size);
  for (const box of order) {
    const held = (into[box] ?? []).some((source) => hanging[source] === 0 || (out[source] ?? []).length > 1);
    hanging[box] = held ? 0 : 1;
  }
  return hanging;
}

function at(values: Int32Array, index: number): number {
  return values[index] ?? 0;
}
