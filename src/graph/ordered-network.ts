import { cutNets } from './layered.ts';
import type { Layered } from './layered.ts';
import { assignLayers } from './layers.ts';
import { mergeLines } from './merging.ts';
import { bundledNets, singleNets } from './nets.ts';
import type { Network } from './network.ts';
import { orderLayers } from './ordering.ts';

/** With more boxes and points than these, edges are bundled before it is known where they lead. */
const SINGLE_POINTS_MAX = 8_000;

/** The nets of a connected network, cut at layers and in an order in which few of them cross; undefined where they have too many points. `ranks` as in `orderLayers`. */
export function orderNetwork(
  network: Network,
  pointsMax: number,
  ranks?: ArrayLike<number>,
): Layered | undefined {
  const layerOf = assignLayers(network);
  const single = cutNets(singleNets(network), layerOf, Math.min(pointsMax, SINGLE_POINTS_MAX));
  const layered = single ?? cutNets(bundledNets(network, layerOf), layerOf, pointsMax);
  if (layered === undefined) return undefined;
  orderLayers(layered, ranks);
  return single === undefined ? layered : mergeLines(single);
}
