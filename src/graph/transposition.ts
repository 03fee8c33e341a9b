import type { Layered } from './layered.ts';

/** Line ends that one call may look at, and rounds over all layers. */
const WORK_MAX = 300_000;
const ROUNDS_MAX = 4;

/**
 * Swaps neighbours within layers, in place, as long as that leaves fewer crossings; at first also where it changes nothing, which
 * leads out of dead ends (Gansner et al. 1993, `transpose`).
 */
export function transpose(layered: Layered, position: Int32Array): void {
  swapNeighbours(layered, position, (gain, _left, _right, round) => gain > 0 || (gain === 0 && round === 0));
}

/** Swaps neighbouring boxes that stand against the order of the file, where that costs no crossing. */
export function restoreFileOrder(layered: Layered, position: Int32Array): void {
  swapNeighbours(
    layered,
    position,
    (gain, left, right) => gain >= 0 && right < left && left < layered.boxCount,
  );
}

function swapNeighbours(
  layered: Layered,
  position: Int32Array,
  accepts: (gain: number, left: number, right: number, round: number) => boolean,
): void {
  let work = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let swapped = false;
    for (const layer of layered.layers) {
      let a = lineEnds(layered, layer[0] ?? 0, position);
      for (let slot = 1; slot < layer.length; slot += 1) {
        const left = layer[slot - 1] ?? 0;
        const right = layer[slot] ?? 0;
        const b = lineEnds(layered, right, position);
        work += 2 + a.upper.length + b.upper.length + a.lower.length + b.lower.length;
        if (work > WORK_MAX) return;
        const gain =
          crossings(a.upper, b.upper) +
          crossings(a.lower, b.lower) -
          crossings(b.upper, a.upper) -
          crossings(b.lower, a.lower);
        if (accepts(gain, left, right, round)) {
          layer[slot - 1] = right;
          layer[slot] = left;
          position[right] = slot - 1;
          position[left] = slot;
          swapped = true;
        } else {
          a = b;
        }
      }
    }
    if (!swapped) return;
  }
}

type Ends = { readonly upper: readonly number[]; readonly lower: readonly number[] };

function lineEnds(layered: Layered, vertex: number, position: Int32Array): Ends {
  const upper: number[] = [];
  for (const strand of layered.above[vertex] ?? []) {
    const middle = strand.tops[strand.tops.length >> 1];
    if (middle !== undefined) upper.push(position[middle] ?? 0);
  }
  const lower: number[] = [];
  for (const bottom of layered.below[vertex]?.bottoms ?? []) lower.push(position[bottom] ?? 0);
  if (upper.length > 1) upper.sort((a, b) => a - b);
  if (lower.length > 1) lower.sort((a, b) => a - b);
  return { upper, lower };
}

/** Pairs of ends that cross when the first list belongs to the left vertex; both sorted. */
function crossings(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  let smaller = 0;
  for (const end of left) {
    while (smaller < right.length && (right[smaller] ?? 0) < end) smaller += 1;
    sum += smaller;
  }
  return sum;
}
