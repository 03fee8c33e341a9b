import { Arrangement } from './arrangement.ts';
import type { Layers } from './arrangement.ts';
import type { Layered } from './layered.ts';
import { firstOrders } from './first-orders.ts';
import { sortTwins } from './twins.ts';

/** Sweeps of a small drawing; a large one gets fewer, so that all of them take about as long. */
const SWEEPS_MAX = 24;
const SWEEPS_MIN = 3;
const LINES_PER_SWEEP = 25_000;
/** So many sweeps without a better order end a search. */
const PATIENCE = 8;
/** Lines that all searches together may look at. */
const WORK_MAX = 45_000;
/** Lines of a graph in which vertices are tried at all places of their layers. */
const SIFTED_MAX = 1_000;

/** So many more crossings are taken for boxes that stay in the order that they had. */
const KEPT_FACTOR = 1.25;
const KEPT_MORE = 6;

/** So many orders that cross as little are told. */
const ALIKE_MAX = 12;

type Order = { readonly crossings: number; readonly layers: Layers };

const UNORDERED: Order = { crossings: Number.POSITIVE_INFINITY, layers: [] };

/**
 * Orders each layer in place so that few lines cross: sweeps down and up, each vertex at the mean, then at the median, of its
 * neighbours, then swaps of neighbours; the best order seen is kept. Further searches turn ties around, and start from other orders. Boxes
 * that could stand either way stand as in the file (Sugiyama et al. 1981; Gansner et al., "A technique for drawing directed graphs", 1993).
 *
 * `ranks` says where boxes stood before, NaN for new ones: of one layer they keep that order, unless it costs too many crossings.
 *
 * Returns other orders that are as good.
 */
export function orderLayers(layered: Layered, ranks?: ArrayLike<number>): Layers[] {
  const file = layered.layers.map((layer) => layer.slice());
  const arrangement = new Arrangement(layered);
  const [best = UNORDERED, ...others] = bestOrders(layered, arrangement, file);
  if (ranks !== undefined) {
    const keeping = new Arrangement(layered, ranks);
    const [kept = UNORDERED] = bestOrders(layered, keeping, file);
    if (kept.crossings <= best.crossings * KEPT_FACTOR + KEPT_MORE) {
      keeping.adopt(kept.layers);
      return [];
    }
  }
  arrangement.adopt(best.layers);
  sortTwins(layered);
  arrangement.adopt(layered.layers);
  arrangement.restore((box, other) => box < other && other < layered.boxCount);
  return others.map(({ layers }) => layers);
}

/** The first orders that cross least, at least one. */
function bestOrders(layered: Layered, arrangement: Arrangement, file: Layers): Order[] {
  arrangement.adopt(file);
  const start = { crossings: arrangement.crossings(), layers: arrangement.layers() };
  let best: Order[] = [start];
  let least = start.crossings;
  let work = WORK_MAX;
  for (const first of firstOrders(layered, file)) {
    for (const ties of [1, -1] as const) {
      if (least === 0 || work < 0) break;
      arrangement.adopt(first);
      const found = search(arrangement, ties);
      if (found.crossings < least) best = [];
      if (found.crossings <= least && best.length < ALIKE_MAX) best.push(found);
      least = Math.min(least, found.crossings);
      work -= arrangement.lineCount * SWEEPS_MAX;
    }
  }
  return best;
}

/** The best order that sweeps from the present one find. */
function search(arrangement: Arrangement, ties: 1 | -1): Order {
  const lines = arrangement.lineCount;
  const sweeps = Math.max(SWEEPS_MIN, Math.min(SWEEPS_MAX, Math.floor(LINES_PER_SWEEP / lines)));
  let found = UNORDERED;
  let patience = PATIENCE;
  for (let sweep = 0; sweep < sweeps && patience > 0 && found.crossings > 0; sweep += 1) {
    const middle = sweep % 4 < 2 ? 'mean' : 'median';
    arrangement.sweep(sweep % 2 === 0 ? 'down' : 'up', middle, middle === 'median' ? ties : 1);
    arrangement.transpose();
    const crossings = arrangement.crossings();
    patience -= 1;
    if (crossings >= found.crossings) continue;
    found = { crossings, layers: arrangement.layers() };
    patience = PATIENCE;
  }
  if (found.crossings === 0 || lines > SIFTED_MAX) return found;
  arrangement.adopt(found.layers);
  arrangement.sift();
  const crossings = arrangement.crossings();
  return crossings < found.crossings ? { crossings, layers: arrangement.layers() } : found;
}
