import { CrossingCounter } from './crossings.ts';
import { LayerEnds } from './layer-ends.ts';
import type { Layered } from './layered.ts';
import { linksOf } from './links.ts';
import type { Ends, Links } from './links.ts';

export type Layers = readonly (readonly number[])[];
export type Middle = 'mean' | 'median';

/** Line ends that one call of `transpose` may look at, and rounds over all layers. */
const WORK_MAX = 300_000;
const ROUNDS_MAX = 4;

/** The order of vertices in their layers, and the steps that change it in place. */
export class Arrangement {
  readonly #layered: Layered;
  readonly #links: Links;
  readonly #position: Int32Array;
  readonly #keys: Float64Array;
  readonly #counter: CrossingCounter;
  readonly #ends: LayerEnds;

  /** Where vertices stand that keep their order among each other; NaN for all others. */
  readonly #ranks: Float64Array | undefined;

  /** With `ranks`, boxes that have one stand in that order in each layer, from the start and after each step. */
  constructor(layered: Layered, ranks?: ArrayLike<number>) {
    if (ranks !== undefined) {
      this.#ranks = new Float64Array(layered.vertexCount).fill(Number.NaN);
      this.#ranks.set(ranks);
    }
    this.#layered = layered;
    this.#links = linksOf(layered);
    this.#position = new Int32Array(layered.vertexCount);
    this.#keys = new Float64Array(layered.vertexCount);
    const widest = layered.layers.reduce((max, layer) => Math.max(max, layer.length), 0);
    this.#counter = new CrossingCounter(this.#links.below, this.#position, widest);
    this.#ends = new LayerEnds(this.#links);
    for (const layer of layered.layers) this.#settle(layer);
  }

  get lineCount(): number {
    return this.#links.below.vertices.length;
  }

  layers(): Layers {
    return this.#layered.layers.map((layer) => layer.slice());
  }

  adopt(layers: Layers): void {
    for (const [index, layer] of layers.entries()) {
      const own = layer.slice();
      this.#layered.layers[index] = own;
      this.#settle(own);
    }
  }

  crossings(): number {
    const { layers } = this.#layered;
    let sum = 0;
    for (let gap = 1; gap < layers.length; gap += 1)
      sum += this.#counter.count(layers[gap - 1] ?? [], layers[gap]?.length ?? 0);
    return sum;
  }

  /** Moves each vertex, layer by layer, to the middle of its neighbours in the layer before; `ties` says which of two alike comes first. */
  sweep(way: 'down' | 'up', middle: Middle, ties: 1 | -1): void {
    const { layers } = this.#layered;
    const ends = way === 'down' ? this.#links.above : this.#links.below;
    for (let step = 1; step < layers.length; step += 1)
      this.#sortLayer(layers[way === 'down' ? step : layers.length - 1 - step] ?? [], ends, middle, ties);
  }

  /**
   * Swaps neighbours within layers as long as that leaves fewer crossings; at first also where it changes nothing, which leads out of dead
   * ends (Gansner et al. 1993, `transpose`).
   */
  transpose(): void {
    this.#swapNeighbours((gain, _left, _right, round) => gain > 0 || (gain === 0 && round === 0));
  }

  /** Swaps neighbours where that costs no crossing and the right one ought to come first. */
  restore(comesFirst: (vertex: number, other: number) => boolean): void {
    this.#swapNeighbours((gain, left, right) => gain >= 0 && comesFirst(right, left));
  }

  /** Moves each vertex to the place in its layer where it crosses least (Matuszewski, Schönfeld and Molitor, "Using sifting", 1999). */
  sift(): void {
    for (const layer of this.#layered.layers) {
      this.#ends.read(layer, this.#position);
      for (const vertex of layer.slice()) this.#siftVertex(layer, vertex);
      this.#place(layer);
    }
  }

  #siftVertex(layer: number[], vertex: number): void {
    const slot = layer.indexOf(vertex);
    let best = slot;
    let bestGain = 0;
    for (const step of [-1, 1]) {
      let gain = 0;
      for (let at = slot + step; at >= 0 && at < layer.length; at += step) {
        const other = layer[at] ?? 0;
        if (step < 0 ? this.#isKept(other, vertex) : this.#isKept(vertex, other)) break;
        gain += step < 0 ? this.#ends.gain(other, vertex) : this.#ends.gain(vertex, other);
        if (gain <= bestGain) continue;
        bestGain = gain;
        best = at;
      }
    }
    if (best === slot) return;
    layer.splice(slot, 1);
    layer.splice(best, 0, vertex);
  }

  /** Puts boxes with a rank in order, in the places that they hold together. */
  #settle(layer: number[]): void {
    const ranks = this.#ranks;
    if (ranks !== undefined) {
      const ranked = layer.filter((vertex) => !Number.isNaN(ranks[vertex]));
      ranked.sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
      let next = 0;
      for (const [slot, vertex] of layer.entries()) {
        if (Number.isNaN(ranks[vertex])) continue;
        layer[slot] = ranked[next] ?? 0;
        next += 1;
      }
    }
    this.#place(layer);
  }

  /** Whether two vertices may not be exchanged that stand in this order. */
  #isKept(left: number, right: number): boolean {
    return this.#ranks !== undefined && (this.#ranks[left] ?? 0) <= (this.#ranks[right] ?? 0);
  }

  #place(layer: readonly number[]): void {
    for (const [slot, vertex] of layer.entries()) this.#position[vertex] = slot;
  }

  /** Sorts the vertices that have neighbours at that side into the places which they hold together; the others stay. */
  #sortLayer(layer: number[], ends: Ends, middle: Middle, ties: 1 | -1): void {
    const [keys, position] = [this.#keys, this.#position];
    const { first } = ends;
    const moving: number[] = [];
    const slots: number[] = [];
    for (const [slot, vertex] of layer.entries()) {
      if (first[vertex] === first[vertex + 1]) continue;
      slots.push(slot);
      moving.push(vertex);
      keys[vertex] = this.#middleOf(vertex, ends, middle);
    }
    moving.sort(
      (a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || ((position[a] ?? 0) - (position[b] ?? 0)) * ties,
    );
    for (const [rank, slot] of slots.entries()) layer[slot] = moving[rank] ?? 0;
    this.#settle(layer);
  }

  #middleOf(vertex: number, { first, vertices }: Ends, middle: Middle): number {
    const from = first[vertex] ?? 0;
    const to = first[vertex + 1] ?? 0;
    if (middle === 'mean' || to - from < 3) {
      let sum = 0;
      for (let at = from; at < to; at += 1) sum += this.#position[vertices[at] ?? 0] ?? 0;
      return sum / (to - from);
    }
    const sorted = vertices
      .subarray(from, to)
      .map((end) => this.#position[end] ?? 0)
      .sort();
    const half = sorted.length >> 1;
    const right = sorted[half] ?? 0;
    return sorted.length % 2 === 1 ? right : (right + (sorted[half - 1] ?? right)) / 2;
  }

  #swapNeighbours(accepts: (gain: number, left: number, right: number, round: number) => boolean): void {
    const position = this.#position;
    let work = 0;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      let swapped = false;
      for (const layer of this.#layered.layers) {
        work += this.#ends.read(layer, position) + layer.length;
        if (work > WORK_MAX) return;
        for (let slot = 1; slot < layer.length; slot += 1) {
          const left = layer[slot - 1] ?? 0;
          const right = layer[slot] ?? 0;
          if (this.#isKept(left, right) || !accepts(this.#ends.gain(left, right), left, right, round))
            continue;
          layer[slot - 1] = right;
          layer[slot] = left;
          position[right] = slot - 1;
          position[left] = slot;
          swapped = true;
        }
      }
      if (!swapped) return;
    }
  }
}
