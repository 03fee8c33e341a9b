import { linked } from './layered.ts';
import type { Layered, Strand } from './layered.ts';
import type { Net } from './nets.ts';

/** So many boxes right above their target share a line to it though others enter it too. */
const SHARED_MIN = 4;

/** An edge with a line of its own: the points that it passes, from the top. */
type Chain = {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
  readonly points: readonly number[];
};

/** Edges that become a net: a tree whose root is the box that they share. */
type Tree = {
  readonly root: number;
  readonly isFan: boolean;
  readonly chains: readonly Chain[];
  /** What joins the root. */
  joins: number[];
};

/**
 * Puts edges with lines of their own, in the order that was found for them, together into nets: one that leaves each box, and one that enters
 * it. Where two lines of a net stand side by side in a layer they become one from there on to the box that they share; so no line crosses
 * more than before. An edge belongs to the net where it saves more points, and an only edge of its source to that of its target; another line that
 * leaves a box costs as much as `exitCost` points.
 */
export function mergeLines(layered: Layered, exitCost: number): Layered {
  const trees = new Trees(layered, exitCost);
  trees.merge();
  return trees.layered();
}

class Trees {
  readonly #from: Layered;
  readonly #trees: readonly Tree[];
  /** Of each point: its tree, what it leads to on the way to the root, and what joins it there. */
  readonly #treeOf: (Tree | undefined)[];
  readonly #next: Int32Array;
  readonly #joins: number[][];
  readonly #dropped: Uint8Array;
  readonly #position: Int32Array;
  /** Nets that stay as they are. */
  readonly #whole: number[] = [];

  constructor(layered: Layered, exitCost: number) {
    this.#from = layered;
    this.#treeOf = Array.from({ length: layered.vertexCount }, () => undefined);
    this.#next = new Int32Array(layered.vertexCount).fill(-1);
    this.#joins = Array.from({ length: layered.vertexCount }, () => []);
    this.#dropped = new Uint8Array(layered.vertexCount);
    this.#position = new Int32Array(layered.vertexCount);
    for (const layer of layered.layers)
      for (const [slot, vertex] of layer.entries()) this.#position[vertex] = slot;
    const chains: Chain[] = [];
    for (const [index, { tails, heads, kind = '' }] of layered.nets.entries()) {
      const points = (layered.strandsOf[index] ?? []).flatMap(({ bottoms }) => bottoms).slice(0, -1);
      if (tails.length > 1 || heads.length > 1) this.#whole.push(index);
      else chains.push({ from: tails[0] ?? 0, to: heads[0] ?? 0, kind, points });
    }
    this.#trees = treesOf(layered, chains, exitCost);
    for (const tree of this.#trees) for (const chain of tree.chains) this.#plant(tree, chain);
  }

  merge(): void {
    const { layers } = this.#from;
    for (const layer of layers) this.#mergeIn(layer, false);
    for (const layer of layers.toReversed()) this.#mergeIn(layer, true);
  }

  /** The layers with nets that were merged. */
  layered(): Layered {
    const from = this.#from;
    const numbers = new Int32Array(from.vertexCount).fill(-1);
    const layerOf: number[] = [];
    for (let vertex = 0; vertex < from.vertexCount; vertex += 1) {
      if (this.#dropped[vertex] === 1) continue;
      numbers[vertex] = layerOf.length;
      layerOf.push(from.layerOf[vertex] ?? 0);
    }
    const renamed = (vertices: readonly number[]): number[] => vertices.map((vertex) => numbers[vertex] ?? 0);
    const layers = from.layers.map((layer) => renamed(layer.filter((vertex) => this.#dropped[vertex] !== 1)));
    const nets: Net[] = [];
    const strandsOf: Strand[][] = [];
    const add = (net: Net, strands: readonly Omit<Strand, 'net'>[]): void => {
      const index = nets.length;
      nets.push(net);
      strandsOf.push(
        strands
          .map(({ tops, bottoms }) => ({ net: index, tops: renamed(tops), bottoms: renamed(bottoms) }))
          .sort((a, b) => (layerOf[a.tops[0] ?? 0] ?? 0) - (layerOf[b.tops[0] ?? 0] ?? 0)),
      );
    };
    for (const index of this.#whole) {
      const net = from.nets[index];
      if (net !== undefined) add(net, from.strandsOf[index] ?? []);
    }
    const others = this.#otherEntries();
    for (const tree of this.#trees)
      for (const [net, strands] of this.#netsOf(tree, others)) add(net, strands);
    return linked({ boxCount: from.boxCount, layerOf, layers, nets, strandsOf });
  }

  /** The lines of a tree, apart where each is better off with an end of its own. */
  *#netsOf(
    { root, isFan, chains, joins: all }: Tree,
    others: ReadonlyMap<number, readonly number[]>,
  ): Generator<readonly [Net, readonly Omit<Strand, 'net'>[]]> {
    for (const joins of isFan ? [all] : this.#ends(all, others.get(root) ?? [])) {
      const strands: Omit<Strand, 'net'>[] = [];
      const boxes: number[] = [];
      const todo = [{ vertex: root, joins }];
      for (const { vertex, joins: own } of todo) {
        strands.push(isFan ? { tops: [vertex], bottoms: own } : { tops: own, bottoms: [vertex] });
        for (const join of own) {
          if (join < this.#from.boxCount) boxes.push(join);
          else todo.push({ vertex: join, joins: this.#joins[join] ?? [] });
        }
      }
      boxes.sort((a, b) => a - b);
      const kind = chains[0]?.kind ?? '';
      yield isFan
        ? [{ tails: [root], heads: boxes }, strands]
        : [{ tails: boxes, heads: [root], kind }, strands];
    }
  }

  /** What joins a box from above, with an end for each stretch between `others`; of a few beside others each has its own. */
  #ends(joins: readonly number[], others: readonly number[]): number[][] {
    if (others.length > 0 && joins.length < SHARED_MIN) return joins.map((join) => [join]);
    const ends: number[][] = [];
    let isOpen = false;
    const own = new Set(joins);
    for (const vertex of [...joins, ...others].sort((a, b) => this.#slot(a) - this.#slot(b))) {
      if (!own.has(vertex)) isOpen = false;
      else if (isOpen) ends.at(-1)?.push(vertex);
      else {
        ends.push([vertex]);
        isOpen = true;
      }
    }
    return ends;
  }

  #slot(vertex: number): number {
    return this.#position[vertex] ?? 0;
  }

  /** What stands above each box and leads to it in nets of sources, or whole ones. */
  #otherEntries(): ReadonlyMap<number, readonly number[]> {
    const entries = new Map<number, number[]>();
    const enter = (box: number, above: number): void => {
      const known = entries.get(box);
      if (known === undefined) entries.set(box, [above]);
      else known.push(above);
    };
    for (const index of this.#whole)
      for (const { tops, bottoms } of this.#from.strandsOf[index] ?? [])
        for (const box of bottoms) if (box < this.#from.boxCount) enter(box, tops[0] ?? 0);
    for (const { root, isFan, joins } of this.#trees) {
      const todo = isFan ? [{ vertex: root, joins }] : [];
      for (const { vertex, joins: own } of todo) {
        for (const join of own) {
          if (join < this.#from.boxCount) enter(join, vertex);
          else todo.push({ vertex: join, joins: this.#joins[join] ?? [] });
        }
      }
    }
    return entries;
  }

  #plant(tree: Tree, { from, to, points }: Chain): void {
    const path = tree.isFan ? [to, ...points.toReversed()] : [from, ...points];
    for (const [at, vertex] of path.entries()) {
      const next = path[at + 1];
      if (at > 0) this.#treeOf[vertex] = tree;
      if (next === undefined) tree.joins.push(vertex);
      else {
        if (at > 0) this.#next[vertex] = next;
        this.#joins[next]?.push(vertex);
      }
    }
  }

  /** Merges points of one tree that stand side by side. */
  #mergeIn(layer: readonly number[], isFan: boolean): void {
    let before = -1;
    for (const vertex of layer) {
      if (this.#dropped[vertex] === 1) continue;
      const tree = this.#treeOf[vertex];
      if (before !== -1 && tree?.isFan === isFan && this.#treeOf[before] === tree) this.#join(vertex, before);
      else before = vertex;
    }
  }

  /** Leads all that comes to `point` to `other` instead. */
  #join(point: number, other: number): void {
    for (const join of this.#joins[point] ?? []) {
      if (join >= this.#from.boxCount) this.#next[join] = other;
      this.#joins[other]?.push(join);
    }
    this.#joins[point] = [];
    const tree = this.#treeOf[point];
    for (let at = point; at !== -1;) {
      this.#dropped[at] = 1;
      const next = this.#next[at] ?? -1;
      const left = (next === -1 ? tree?.joins : this.#joins[next])?.filter((join) => join !== at) ?? [];
      if (next !== -1) this.#joins[next] = left;
      else if (tree !== undefined) tree.joins = left;
      at = left.length > 0 ? -1 : next;
    }
  }
}

function treesOf(layered: Layered, chains: readonly Chain[], exitCost: number): Tree[] {
  const isFan = sidesOf(layered, chains, exitCost);
  const groups = new Map<string, { root: number; isFan: boolean; chains: Chain[]; joins: number[] }>();
  for (const [index, chain] of chains.entries()) {
    const fan = isFan[index] ?? true;
    const root = fan ? chain.from : chain.to;
    const key = fan ? String(root) : `${root} ${chain.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { root, isFan: fan, chains: [chain], joins: [] });
    else group.chains.push(chain);
  }
  return [...groups.values()];
}

/** Whether each edge belongs to the net that leaves its source, and not to that which enters its target. */
function sidesOf(layered: Layered, chains: readonly Chain[], exitCost: number): boolean[] {
  const leaving = new Map<number, number>();
  const entering = new Map<number, number>();
  const chainOf = new Map<number, Chain>();
  for (const chain of chains) {
    leaving.set(chain.from, (leaving.get(chain.from) ?? 0) + 1);
    entering.set(chain.to, (entering.get(chain.to) ?? 0) + 1);
    for (const point of chain.points) chainOf.set(point, chain);
  }
  const position = new Int32Array(layered.vertexCount);
  for (const layer of layered.layers) for (const [slot, vertex] of layer.entries()) position[vertex] = slot;
  const neighbours = (point: number): Chain[] =>
    [-1, 1].flatMap((side) => {
      const layer = layered.layers[layered.layerOf[point] ?? 0];
      return chainOf.get(layer?.[(position[point] ?? 0) + side] ?? -1) ?? [];
    });
  return chains.map(({ from, to, kind, points }) => {
    if ((entering.get(to) ?? 0) < 2) return true;
    if ((leaving.get(from) ?? 0) < 2) return false;
    const first = points.findIndex((point) =>
      neighbours(point).some((own) => own.to === to && own.kind === kind),
    );
    const last = points.findLastIndex((point) => neighbours(point).some((own) => own.from === from));
    const saved = first === -1 ? 0 : points.length - first;
    return saved - exitCost <= last + 1;
  });
}
