import { countCrossings } from './crossings.ts';
import type { Layered } from './layered.ts';
import { firstOrders } from './first-orders.ts';
import { linksOf, restoreFileOrder, transpose } from './transposition.ts';
import type { Links } from './transposition.ts';

/** Sweeps of a small drawing; a large one gets fewer, so that all of them take about as long. */
const SWEEPS_MAX = 24;
const SWEEPS_MIN = 3;
const LINES_PER_SWEEP = 500_000;
/** So many sweeps without a better order end a search. */
const PATIENCE = 12;
/** Lines that all searches together may look at. */
const WORK_MAX = 60_000;

type Order = { readonly crossings: number; readonly layers: readonly (readonly number[])[] };

/**
 * Orders each layer in place so that few lines cross: sweeps down and up, each vertex at the mean, then at the median, of its
 * neighbours, then swaps of neighbours; the best order seen is kept. A second search turns ties around. Boxes that could stand
 * either way stand as in the file (Sugiyama et al. 1981; Gansner et al., "A technique for drawing directed graphs", 1993).
 */
export function orderLayers(layered: Layered): void {
  const position = new Int32Array(layered.vertexCount);
  const start = layered.layers.map((layer) => [...layer]);
  const links = linksOf(layered);
  adopt(layered, start, position);
  let best: Order = { crossings: totalCrossings(layered, position), layers: start };
  let work = WORK_MAX;
  for (const first of firstOrders(layered, start)) {
    if (best.crossings === 0) break;
    for (const turned of [false, true]) {
      adopt(layered, first, position);
      best = search(layered, links, position, best, turned);
      work -= linesOf(layered) * SWEEPS_MAX;
    }
    if (work < 0) break;
  }
  adopt(layered, best.layers, position);
  restoreFileOrder(layered, links, position);
}

/** The better of `best` and what sweeps from the present order find. */
function search(layered: Layered, links: Links, position: Int32Array, best: Order, turned: boolean): Order {
  const { layers } = layered;
  const lines = linesOf(layered);
  const sweeps = Math.max(SWEEPS_MIN, Math.min(SWEEPS_MAX, Math.floor(LINES_PER_SWEEP / lines)));
  let found = best;
  let patience = PATIENCE;
  for (let sweep = 0; sweep < sweeps && patience > 0 && found.crossings > 0; sweep += 1) {
    const middle = sweep % 4 < 2 ? mean : median;
    const ties = turned && middle === median ? -1 : 1;
    for (let step = 1; step < layers.length; step += 1) {
      if (sweep % 2 === 0) sortLayer(layered, step, position, 'above', middle, ties);
      else sortLayer(layered, layers.length - 1 - step, position, 'below', middle, ties);
    }
    transpose(layered, links, position);
    const crossings = totalCrossings(layered, position);
    patience -= 1;
    if (crossings >= found.crossings) continue;
    found = { crossings, layers: layers.map((layer) => layer.slice()) };
    patience = PATIENCE;
  }
  return found;
}

function linesOf(layered: Layered): number {
  return layered.nets.flat().reduce((sum, strand) => sum + strand.tops.length + strand.bottoms.length, 1);
}

function adopt(layered: Layered, layers: readonly (readonly number[])[], position: Int32Array): void {
  for (const [index, layer] of layers.entries()) {
    layered.layers[index] = [...layer];
    place(layer, position);
  }
}

function totalCrossings(layered: Layered, position: Int32Array): number {
  let sum = 0;
  for (const gap of layered.gaps.keys()) sum += countCrossings(layered, gap, position);
  return sum;
}

/** Sorts the vertices that have neighbours at that side into the places which they hold together; the others stay. */
function sortLayer(
  layered: Layered,
  index: number,
  position: Int32Array,
  side: 'above' | 'below',
  middle: (values: readonly number[]) => number,
  ties: 1 | -1,
): void {
  const layer = layered.layers[index] ?? [];
  const slots: number[] = [];
  const moving: { readonly vertex: number; readonly key: number; readonly slot: number }[] = [];
  for (const [slot, vertex] of layer.entries()) {
    const neighbours =
      side === 'above'
        ? upperPositions(layered, vertex, position)
        : lowerPositions(layered, vertex, position);
    if (neighbours.length === 0) continue;
    slots.push(slot);
    moving.push({ vertex, key: middle(neighbours), slot });
  }
  moving.sort((a, b) => a.key - b.key || (a.slot - b.slot) * ties);
  for (const [rank, slot] of slots.entries()) layer[slot] = moving[rank]?.vertex ?? 0;
  place(layer, position);
}

function upperPositions(layered: Layered, vertex: number, position: Int32Array): number[] {
  return (layered.above[vertex] ?? []).map((strand) => mean(strand.tops.map((top) => position[top] ?? 0)));
}

function lowerPositions(layered: Layered, vertex: number, position: Int32Array): number[] {
  return (layered.below[vertex]?.bottoms ?? []).map((bottom) => position[bottom] ?? 0);
}

function place(layer: readonly number[], position: Int32Array): void {
  for (const [slot, vertex] of layer.entries()) position[vertex] = slot;
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const right = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? right : (right + (sorted[half - 1] ?? right)) / 2;
}
