import type { Ends } from './links.ts';

/**
 * Counts the crossings of straight lines between two layers, in O(n log n): a tree of sums over the lower layer holds the ends seen so
 * far, and those to the right of a new one are crossed by it (Barth, Jünger and Mutzel, "Simple and efficient bilayer cross counting", 2002).
 */
export class CrossingCounter {
  readonly #below: Ends;
  readonly #position: Int32Array;
  readonly #sums: Int32Array;

  /** `position` is where each vertex stands in its layer, and may change between calls; no layer has more than `widest`. */
  constructor(below: Ends, position: Int32Array, widest: number) {
    this.#below = below;
    this.#position = position;
    this.#sums = new Int32Array(widest + 1);
  }

  count(upper: readonly number[], lowerSize: number): number {
    const { first, vertices } = this.#below;
    const sums = this.#sums.subarray(0, lowerSize + 1).fill(0);
    let seen = 0;
    let crossings = 0;
    for (const top of upper) {
      const from = first[top] ?? 0;
      const to = first[top + 1] ?? 0;
      for (let at = from; at < to; at += 1) {
        crossings += seen;
        let node = (this.#position[vertices[at] ?? 0] ?? 0) + 1;
        for (; node > 0; node -= node & -node) crossings -= sums[node] ?? 0;
      }
      seen += to - from;
      for (let at = from; at < to; at += 1) {
        let node = (this.#position[vertices[at] ?? 0] ?? 0) + 1;
        for (; node <= lowerSize; node += node & -node) sums[node] = (sums[node] ?? 0) + 1;
      }
    }
    return crossings;
  }
}
