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
  readonly #tails: Int32Array;
  readonly #heads: Int32Array;
  readonly #edgesOf: readonly Int32Array[];
  readonly #layerOf: Int32Array;
  /** Whether an edge belongs to the tree; each box has a parent in it, by an edge, but for the first. */
  readonly #inTree: Uint8Array;
  readonly #parentEdge: Int32Array;
  /** Of each box and all below it in the tree: edges that leave them less edges that enter them. */
  readonly #surplus: Int32Array;
  /** Where the search for an edge to leave the tree goes on, so that none is always taken first. */
  #at = 0;

  constructor({ size, out }: Network, layerOf: Int32Array) {
    this.#layerOf = layerOf;
    const tails: number[] = [];
    const heads: number[] = [];
    const edgesOf: number[][] = Array.from({ length: size }, () => []);
    for (const [tail, targets] of out.entries()) {
      for (const head of targets) {
        edgesOf[tail]?.push(tails.length);
        edgesOf[head]?.push(tails.length);
        tails.push(tail);
        heads.push(head);
      }
    }
    this.#tails = Int32Array.from(tails);
    this.#heads = Int32Array.from(heads);
    this.#edgesOf = edgesOf.map((edges) => Int32Array.from(edges));
    this.#inTree = new Uint8Array(tails.length);
    this.#parentEdge = new Int32Array(size).fill(-1);
    this.#surplus = new Int32Array(size);
    this.#grow();
    this.#root();
  }

  /** Exchanges one edge; false when the lines are as short as they can be. */
  improve(): boolean {
    const size = this.#edgesOf.length;
    let worst = -1;
    let worstCut = 0;
    let found = 0;
    for (let tried = 1; tried < size && found < CANDIDATES; tried += 1) {
      this.#at = 1 + (this.#at % (size - 1));
      const cut = (this.#surplus[this.#at] ?? 0) * this.#leads(this.#at);
      if (cut >= 0) continue;
      found += 1;
      if (cut >= worstCut) continue;
      worst = this.#at;
      worstCut = cut;
    }
    return worst > 0 && this.#exchange(worst);
  }

  /** Whether the edge from a box to its parent leads that way. */
  #leads(box: number): 1 | -1 {
    return this.#tails[this.#parentEdge[box] ?? 0] === box ? 1 : -1;
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
    const order = [0];
    for (const box of order) {
      for (const edge of this.#edgesOf[box] ?? []) {
        this.#surplus[box] = (this.#surplus[box] ?? 0) + (this.#tails[edge] === box ? 1 : -1);
        if (this.#inTree[edge] === 0 || edge === this.#parentEdge[box]) continue;
        const child = this.#other(edge, box);
        this.#parentEdge[child] = edge;
        order.push(child);
      }
    }
    for (const box of order.slice(1).toReversed()) {
      const parent = this.#parentOf(box);
      this.#surplus[parent] = (this.#surplus[parent] ?? 0) + (this.#surplus[box] ?? 0);
    }
  }

  /** Takes the edge above `box` out of the tree, and puts in the shortest one that leads the other way between the two parts. */
  #exchange(box: number): boolean {
    const leads = this.#leads(box);
    const part = this.#partBelow(box);
    let entering = -1;
    let inner = -1;
    for (const member of part.boxes) {
      for (const other of this.#edgesOf[member] ?? []) {
        const isWay = (leads === 1 ? this.#heads : this.#tails)[other] === member;
        if (!isWay || part.isIn[this.#other(other, member)] === 1) continue;
        if (entering >= 0 && this.#slack(other) >= this.#slack(entering)) continue;
        entering = other;
        inner = member;
      }
    }
    if (entering < 0) return false;
    const by = -leads * this.#slack(entering);
    for (const member of part.boxes) this.#layerOf[member] = (this.#layerOf[member] ?? 0) + by;
    this.#inTree[this.#parentEdge[box] ?? 0] = 0;
    this.#inTree[entering] = 1;
    this.#hang(box, inner, entering);
    return true;
  }

  /** Hangs the part below `box` under another box, by an edge from `inner` in it. */
  #hang(box: number, inner: number, entering: number): void {
    const whole = this.#surplus[box] ?? 0;
    this.#addUp(this.#parentOf(box), -whole);
    let edge = entering;
    let below = 0;
    for (let at = inner, done = false; !done;) {
      const above = this.#parentEdge[at] ?? 0;
      const next = this.#parentOf(at);
      const own = this.#surplus[at] ?? 0;
      this.#surplus[at] = whole - below;
      this.#parentEdge[at] = edge;
      below = own;
      edge = above;
      done = at === box;
      at = next;
    }
    this.#addUp(this.#parentOf(inner), whole);
  }

  /** Adds to the surplus of a box and of all above it. */
  #addUp(from: number, surplus: number): void {
    for (let at = from; at >= 0; at = this.#parentOf(at))
      this.#surplus[at] = (this.#surplus[at] ?? 0) + surplus;
  }

  /** -1 for the first box. */
  #parentOf(box: number): number {
    const edge = this.#parentEdge[box] ?? -1;
    return edge < 0 ? -1 : this.#other(edge, box);
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
