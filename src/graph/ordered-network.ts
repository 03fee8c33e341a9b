import { cutNets } from './layered.ts';
import type { Layered } from './layered.ts';
import { assignLayers } from './layers.ts';
import { mergeLines } from './merging.ts';
import { bundledNets, singleNets } from './nets.ts';
import type { Network } from './network.ts';
import { orderLayers } from './ordering.ts';

/** What another line that leaves a box costs, in points that it saves, and what else is tried. */
const EXIT_COST = 1;
const OTHER_EXIT_COSTS = [0, 3];

/** With more boxes and points than these, edges are bundled before it is known where they lead. */
const SINGLE_POINTS_MAX = 8_000;

/** Boxes and points of all ways together that are tried: each costs what a drawing costs. */
const TRIED_POINTS_MAX = 360;

/**
 * The nets of a connected network, cut at layers and in an order in which few of them cross; of a small one also other ways that may be drawn with
 * fewer crossings still, the likeliest first. None where they have too many points. `ranks` as in `orderLayers`.
 */
export function orderNetwork(network: Network, pointsMax: number, ranks?: ArrayLike<number>): Layered[] {
  const layerOf = assignLayers(network);
  const single = cutNets(singleNets(network), layerOf, Math.min(pointsMax, SINGLE_POINTS_MAX));
  const layered = single ?? cutNets(bundledNets(network, layerOf), layerOf, pointsMax);
  if (layered === undefined) return [];
  const others = orderLayers(layered, ranks);
  if (single === undefined) return [layered];
  const waysMax = Math.max(1, Math.floor(TRIED_POINTS_MAX / single.vertexCount));
  const ways = [EXIT_COST, ...OTHER_EXIT_COSTS].slice(0, waysMax).map((cost) => mergeLines(single, cost));
  for (const layers of others.slice(0, waysMax - ways.length)) {
    for (const [index, layer] of layers.entries()) single.layers[index] = [...layer];
    ways.push(mergeLines(single, EXIT_COST));
  }
  return ways;
}
