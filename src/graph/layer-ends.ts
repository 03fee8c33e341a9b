import type { Ends, Links } from './links.ts';

/** More numbers than these are sorted by the engine's own sort. */
const FEW = 24;

/** Where the lines of the vertices of one layer end, from left to right, in buffers that are used again: this is the innermost loop of all. */
export class LayerEnds {
  readonly #above: SortedEnds;
  readonly #below: SortedEnds;

  constructor({ above, below }: Links) {
    this.#above = new SortedEnds(above);
    this.#below = new SortedEnds(below);
  }

  /** To be called when the layers beside it may have changed. Tells how many ends there are. */
  read(layer: readonly number[], position: Int32Array): number {
    return this.#above.read(layer, position) + this.#below.read(layer, position);
  }

  /** How many crossings fewer their lines have with each other when `left` stands at the right of `right`. */
  gain(left: number, right: number): number {
    return this.#above.gain(left, right) + this.#below.gain(left, right);
  }
}

class SortedEnds {
  readonly #first: Int32Array;
  readonly #vertices: Int32Array;
  readonly #values: Int32Array;

  constructor({ first, vertices }: Ends) {
    this.#first = first;
    this.#vertices = vertices;
    this.#values = new Int32Array(vertices.length);
  }

  read(layer: readonly number[], position: Int32Array): number {
    const [first, vertices, values] = [this.#first, this.#vertices, this.#values];
    let count = 0;
    for (const vertex of layer) {
      const from = first[vertex] ?? 0;
      const end = first[vertex + 1] ?? 0;
      count += end - from;
      for (let at = from; at < end; at += 1) {
        const value = position[vertices[at] ?? 0] ?? 0;
        let to = at;
        if (end - from <= FEW)
          for (; to > from && (values[to - 1] ?? 0) > value; to -= 1) values[to] = values[to - 1] ?? 0;
        values[to] = value;
      }
      if (end - from > FEW) values.subarray(from, end).sort();
    }
    return count;
  }

  /** Pairs of ends that cross when the first ones belong to the left vertex, less those that cross otherwise. */
  gain(left: number, right: number): number {
    const values = this.#values;
    const end = this.#first[left + 1] ?? 0;
    const start = this.#first[right] ?? 0;
    const last = this.#first[right + 1] ?? 0;
    let smaller = start;
    let notLarger = start;
    let sum = 0;
    for (let at = this.#first[left] ?? 0; at < end; at += 1) {
      const value = values[at] ?? 0;
      while (smaller < last && (values[smaller] ?? 0) < value) smaller += 1;
      if (notLarger < smaller) notLarger = smaller;
      while (notLarger < last && (values[notLarger] ?? 0) === value) notLarger += 1;
      sum += smaller - start - (last - notLarger);
    }
    return sum;
  }
}
