import type { Layered } from './layered.ts';

/** Line ends that one call may look at, and rounds over all layers. */
const WORK_MAX = 300_000;
const ROUNDS_MAX = 4;
/** More numbers than these are sorted by the engine's own sort. */
const FEW = 24;

/**
 * Swaps neighbours within layers, in place, as long as that leaves fewer crossings; at first also where it changes nothing, which
 * leads out of dead ends (Gansner et al. 1993, `transpose`).
 */
export function transpose(layered: Layered, links: Links, position: Int32Array): void {
  swapNeighbours(
    layered,
    links,
    position,
    (gain, _left, _right, round) => gain > 0 || (gain === 0 && round === 0),
  );
}

/** Swaps neighbouring boxes that stand against the order of the file, where that costs no crossing. */
export function restoreFileOrder(layered: Layered, links: Links, position: Int32Array): void {
  swapNeighbours(
    layered,
    links,
    position,
    (gain, left, right) => gain >= 0 && right < left && left < layered.boxCount,
  );
}

/** The vertices at which the lines of each vertex end, above and below: those of vertex `n` from `first[n]` on, up to `first[n + 1]`. */
type Ends = { readonly first: Int32Array; readonly vertices: Int32Array };
export type Links = { readonly above: Ends; readonly below: Ends };

/** Of many sources that share a net the middle one stands for all. */
export function linksOf(layered: Layered): Links {
  const above = layered.above.map((strands) => strands.flatMap(({ tops }) => tops[tops.length >> 1] ?? []));
  const below = layered.below.map((strand) => strand?.bottoms ?? []);
  return { above: endsOf(above), below: endsOf(below) };
}

function endsOf(lists: readonly (readonly number[])[]): Ends {
  const first = new Int32Array(lists.length + 1);
  for (const [at, list] of lists.entries()) first[at + 1] = (first[at] ?? 0) + list.length;
  return { first, vertices: Int32Array.from(lists.flat()) };
}

function swapNeighbours(
  layered: Layered,
  links: Links,
  position: Int32Array,
  accepts: (gain: number, left: number, right: number, round: number) => boolean,
): void {
  let a = new LineEnds(links);
  let b = new LineEnds(links);
  let work = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let swapped = false;
    for (const layer of layered.layers) {
      a.read(layer[0] ?? 0, position);
      for (let slot = 1; slot < layer.length; slot += 1) {
        const left = layer[slot - 1] ?? 0;
        const right = layer[slot] ?? 0;
        b.read(right, position);
        work += 2 + a.count + b.count;
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
        } else [a, b] = [b, a];
      }
    }
    if (!swapped) return;
  }
}

/** Where the lines of one vertex end, from left to right. */
class LineEnds {
  readonly upper: Slots;
  readonly lower: Slots;

  constructor({ above, below }: Links) {
    this.upper = new Slots(above);
    this.lower = new Slots(below);
  }

  get count(): number {
    return this.upper.count + this.lower.count;
  }

  read(vertex: number, position: Int32Array): void {
    this.upper.read(vertex, position);
    this.lower.read(vertex, position);
  }
}

/** Ascending numbers in a buffer that is used again and again: this is the innermost loop of all. */
class Slots {
  readonly #ends: Ends;
  readonly values: Int32Array;
  count = 0;

  constructor(ends: Ends) {
    this.#ends = ends;
    let most = 0;
    for (let at = 1; at < ends.first.length; at += 1)
      most = Math.max(most, (ends.first[at] ?? 0) - (ends.first[at - 1] ?? 0));
    this.values = new Int32Array(most);
  }

  read(vertex: number, position: Int32Array): void {
    const { first, vertices } = this.#ends;
    const from = first[vertex] ?? 0;
    const count = (first[vertex + 1] ?? from) - from;
    const { values } = this;
    this.count = count;
    for (let at = 0; at < count; at += 1) values[at] = position[vertices[from + at] ?? 0] ?? 0;
    if (count > FEW) {
      values.subarray(0, count).sort();
      return;
    }
    for (let at = 1; at < count; at += 1) {
      const value = values[at] ?? 0;
      let to = at;
      for (; to > 0 && (values[to - 1] ?? 0) > value; to -= 1) values[to] = values[to - 1] ?? 0;
      values[to] = value;
    }
  }
}

/** Pairs of ends that cross when the first ones belong to the left vertex. */
function crossings(left: Slots, right: Slots): number {
  let sum = 0;
  let smaller = 0;
  for (let at = 0; at < left.count; at += 1) {
    const end = left.values[at] ?? 0;
    while (smaller < right.count && (right.values[smaller] ?? 0) < end) smaller += 1;
    sum += smaller;
  }
  return sum;
}
