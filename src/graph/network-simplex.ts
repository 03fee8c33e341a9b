import type { Network } from './network.ts';

/** Steps times boxes; what is not optimal by then stays as good as it is. */
const WORK_MAX = 20_000_000;
/** Edges among which the one is chosen that gains most. */
const CANDIDATES = 30;

/**
 * Moves the boxes of a connected network to layers so that all lines together are as short as they can be, every edge going down by one layer
 * at least. `layerOf` holds such layers already, and is changed in place; the first layer is 0 in the end.
 *
 * Network simplex after Gansner, Koutsofios, North and Vo ("A technique for drawing directed graphs", 1993): a spanning tree of edges that
 * are as short as possible, from which edges that ought to be longer are exchanged for others. The cut value of a tree edge is found as
 * the surplus of edges that leave the part below it over those that enter it, since what stays within that part cancels out.
 */
export function shortenEdges(network: Network, layerOf: Int32Array): void {
  if (network.size < 2) return;
  const tree = new SpanningTree(network, layerOf);
  const stepsMax = Math.ceil(WORK_MAX / network.size);
  for (let step = 0; step < stepsMax; step += 1) if (!tree.improve()) break;
  const first = layerOf.reduce((min, layer) => Math.min(min, layer), layerOf[0] ?? 0);
  for (let box = 0; box < network.size; box += 1) layerOf[box] = (layerOf[box] ?? 0) - first;
}

class SpanningTree {
  readonly #tails: number[] = [];
  readonly #heads: number[] = [];
  readonly #edgesOf: number[][];
  readonly #layerOf: Int32Array;
  /** Whether an edge belongs to the tree; each box has a parent in it, by an edge, but for the root. */
  readonly #inTree: Uint8Array;
  readonly #parentEdge: Int32Array;
  /** Boxes, each after its parent. */
  #order: number[] = [];
  /** Where the search for an edge to leave the tree goes on, so that none is always taken first. */
  #at = 0;

  constructor({ size, out }: Network, layerOf: Int32Array) {
    this.#layerOf = layerOf;
    this.#edgesOf = Array.from({ length: size }, () => []);
    for (const [tail, targets] of out.entries()) {
      for (const head of targets) {
        const edge = this.#tails.length;
        this.#tails.push(tail);
        this.#heads.push(head);
        this.#edgesOf[tail]?.push(edge);
        this.#edgesOf[head]?.push(edge);
      }
    }
    this.#inTree = new Uint8Array(this.#tails.length);
    this.#parentEdge = new Int32Array(size).fill(-1);
    this.#grow();
  }

  /** Exchanges one edge; false when the lines are as short as they can be. */
  improve(): boolean {
    const surplus = this.#surpluses();
    const { length } = this.#order;
    let worst: { readonly box: number; readonly edge: number; readonly leads: 1 | -1 } | undefined;
    let worstCut = 0;
    let found = 0;
    for (let tried = 1; tried < length && found < CANDIDATES; tried += 1) {
      this.#at = 1 + (this.#at % (length - 1));
      const box = this.#order[this.#at] ?? 0;
      const edge = this.#parentEdge[box] ?? 0;
      const leads = this.#tails[edge] === box ? 1 : -1;
      const cut = (surplus[box] ?? 0) * leads;
      if (cut >= 0) continue;
      found += 1;
      if (cut < worstCut) {
        worst = { box, edge, leads };
        worstCut = cut;
      }
    }
    return worst !== undefined && this.#exchange(worst.edge, worst.box, worst.leads);
  }

  /** A tree of edges that lead down by one layer: grown from the first box, and moved as a whole where none leads further. */
  #grow(): void {
    const size = this.#edgesOf.length;
    const isReached = new Uint8Array(size);
    const reached = [0];
    isReached[0] = 1;
    for (let next = 0; ;) {
      for (; next < reached.length; next += 1) {
        for (const edge of this.#edgesOf[reached[next] ?? 0] ?? []) {
          const other = this.#other(edge, reached[next] ?? 0);
          if (isReached[other] === 1 || this.#slack(edge) > 0) continue;
          isReached[other] = 1;
          this.#inTree[edge] = 1;
          reached.push(other);
        }
      }
      if (reached.length === size) break;
      next = this.#pull(reached, isReached);
    }
    this.#root();
  }

  /** Moves what is reached by the least slack of an edge that leads out of it; tells from where to look on. */
  #pull(reached: readonly number[], isReached: Uint8Array): number {
    let best = -1;
    for (let edge = 0; edge < this.#tails.length; edge += 1) {
      const isOut = isReached[this.#tails[edge] ?? 0] !== isReached[this.#heads[edge] ?? 0];
      if (isOut && (best < 0 || this.#slack(edge) < this.#slack(best))) best = edge;
    }
    const isTail = isReached[this.#tails[best] ?? 0] === 1;
    const by = isTail ? this.#slack(best) : -this.#slack(best);
    for (const box of reached) this.#layerOf[box] = (this.#layerOf[box] ?? 0) + by;
    return reached.indexOf((isTail ? this.#tails : this.#heads)[best] ?? 0);
  }

  #root(): void {
    this.#order = [0];
    this.#parentEdge[0] = -1;
    for (const box of this.#order) {
      for (const edge of this.#edgesOf[box] ?? []) {
        if (this.#inTree[edge] === 0 || edge === this.#parentEdge[box]) continue;
        const child = this.#other(edge, box);
        this.#parentEdge[child] = edge;
        this.#order.push(child);
      }
    }
  }

  /** Of each box and all below it in the tree: edges that leave them less edges that enter them. */
  #surpluses(): Int32Array {
    const surplus = new Int32Array(this.#edgesOf.length);
    for (let edge = 0; edge < this.#tails.length; edge += 1) {
      const [tail, head] = [this.#tails[edge] ?? 0, this.#heads[edge] ?? 0];
      surplus[tail] = (surplus[tail] ?? 0) + 1;
      surplus[head] = (surplus[head] ?? 0) - 1;
    }
    for (let at = this.#order.length - 1; at > 0; at -= 1) {
      const box = this.#order[at] ?? 0;
      const parent = this.#other(this.#parentEdge[box] ?? 0, box);
      surplus[parent] = (surplus[parent] ?? 0) + (surplus[box] ?? 0);
    }
    return surplus;
  }

  /** Takes `edge` out of the tree, above `box`, and puts in the shortest one that leads the other way between the two parts. */
  #exchange(edge: number, box: number, leads: 1 | -1): boolean {
    const part = this.#partBelow(box);
    let entering = -1;
    for (const member of part.boxes) {
      for (const other of this.#edgesOf[member] ?? []) {
        const isWay = (leads === 1 ? this.#heads : this.#tails)[other] === member;
        if (!isWay || part.isIn[this.#other(other, member)] === 1) continue;
        if (entering < 0 || this.#slack(other) < this.#slack(entering)) entering = other;
      }
    }
    if (entering < 0) return false;
    const by = -leads * this.#slack(entering);
    for (const member of part.boxes) this.#layerOf[member] = (this.#layerOf[member] ?? 0) + by;
    this.#inTree[edge] = 0;
    this.#inTree[entering] = 1;
    this.#root();
    return true;
  }

  #partBelow(box: number): { readonly boxes: readonly number[]; readonly isIn: Uint8Array } {
    const isIn = new Uint8Array(this.#edgesOf.length);
    const boxes = [box];
    isIn[box] = 1;
    for (const member of boxes) {
      for (const edge of this.#edgesOf[member] ?? []) {
        if (this.#inTree[edge] === 0 || edge === this.#parentEdge[member]) continue;
        const child = this.#other(edge, member);
        isIn[child] = 1;
        boxes.push(child);
      }
    }
    return { boxes, isIn };
  }

  #other(edge: number, box: number): number {
    const tail = this.#tails[edge] ?? 0;
    return tail === box ? (this.#heads[edge] ?? 0) : tail;
  }

  /** By how many layers an edge is longer than it has to be. */
  #slack(edge: number): number {
    return (this.#layerOf[this.#heads[edge] ?? 0] ?? 0) - (this.#layerOf[this.#tails[edge] ?? 0] ?? 0) - 1;
  }
}
