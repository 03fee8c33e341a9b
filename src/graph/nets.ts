import type { Network } from './network.ts';

/** Edges that share lines: each tail leads to each head, and to nothing else by this net. It has one tail, or one head, or is whole. */
export type Net = {
  readonly tails: readonly number[];
  readonly heads: readonly number[];
  /** The kind of its edges, where it has one head. */
  readonly kind?: string;
};

/** So many edges that lead from some boxes to the very same targets share a net: fewer look better with lines of their own. */
const SHARED_EDGES_MIN = 8;

/** What another line that leaves a box costs, in points that it saves. */
const EXIT_COST = 1;

/** Boxes that lead to the very same targets share a net, where that saves many lines; each other edge is one of its own. In the order of the file. */
export function singleNets(network: Network): Net[] {
  const { nets, isOpen } = wholeNets(network);
  for (const [box, targets] of network.out.entries()) {
    if (!isOpen(box)) continue;
    for (const [at, target] of targets.entries())
      nets.push({ tails: [box], heads: [target], kind: network.kinds?.[box]?.[at] ?? '' });
  }
  return nets;
}

/**
 * As few nets as a look at the layers alone allows, for graphs of many long lines: an edge goes to the bus of its target where that makes
 * fewer and shorter lines, and else to that of its source. Edges of different kinds share no head.
 */
export function bundledNets(network: Network, layerOf: ArrayLike<number>): Net[] {
  const { nets, isOpen } = wholeNets(network);
  const open = network.out.map((targets, box) => new Set(isOpen(box) ? targets : []));
  const targets = [...network.into.keys()].sort(
    (a, b) => (network.into[b]?.length ?? 0) - (network.into[a]?.length ?? 0) || a - b,
  );
  for (const target of targets) {
    for (const [kind, sources] of sourcesByKind(network, open, target)) {
      const tails = sharedTails(sources, target, open, layerOf);
      if (tails.length < 2) continue;
      nets.push({ tails, heads: [target], kind });
      for (const tail of tails) open[tail]?.delete(target);
    }
  }
  for (const [box, heads] of open.entries())
    if (heads.size > 0) nets.push({ tails: [box], heads: [...heads] });
  return nets.sort((a, b) => (a.tails[0] ?? 0) - (b.tails[0] ?? 0) || (a.heads[0] ?? 0) - (b.heads[0] ?? 0));
}

function wholeNets(network: Network): { nets: Net[]; isOpen: (box: number) => boolean } {
  const groups = equalSources(network);
  const closed = new Set(groups.flat());
  const nets = groups.map((tails) => ({ tails, heads: network.out[tails[0] ?? 0] ?? [] }));
  return { nets, isOpen: (box) => !closed.has(box) };
}

/** Groups of boxes that lead to the same targets in the same ways. */
function equalSources({ out, kinds }: Network): number[][] {
  const groups = new Map<string, number[]>();
  for (const [box, targets] of out.entries()) {
    if (targets.length < 2) continue;
    const ends = targets.map((target, at) => ({ target, kind: kinds?.[box]?.[at] ?? '' }));
    const key = JSON.stringify(
      ends.sort((a, b) => a.target - b.target).map(({ target, kind }) => [target, kind]),
    );
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [box]);
    else group.push(box);
  }
  return [...groups.values()].filter(
    (group) => group.length > 1 && group.length * (out[group[0] ?? 0]?.length ?? 0) >= SHARED_EDGES_MIN,
  );
}

/** The sources of a target whose edges to it are in no net yet, apart by the kinds of these. */
function sourcesByKind(
  { into, out, kinds }: Network,
  open: readonly ReadonlySet<number>[],
  target: number,
): ReadonlyMap<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const source of into[target] ?? []) {
    if (open[source]?.has(target) !== true) continue;
    const kind = kinds === undefined ? '' : (kinds[source]?.[out[source]?.indexOf(target) ?? 0] ?? '');
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [source]);
    else group.push(source);
  }
  return groups;
}

/** Those of the sources for which a bus that ends in the target makes fewer lines; the nearest layers first, since it grows with each. */
function sharedTails(
  sources: readonly number[],
  target: number,
  open: readonly ReadonlySet<number>[],
  layerOf: ArrayLike<number>,
): number[] {
  const end = layerOf[target] ?? 0;
  const candidates = sources
    .map((source) => {
      const layer = layerOf[source] ?? 0;
      let last = layer + 1;
      for (const other of open[source] ?? [])
        if (other !== target) last = Math.max(last, layerOf[other] ?? 0);
      const isAlone = (open[source]?.size ?? 0) === 1;
      return { source, layer, gain: Math.max(0, end - last) + 1 - (isAlone ? 0 : EXIT_COST) };
    })
    .sort((a, b) => b.layer - a.layer || b.gain - a.gain);
  let gain = 0;
  let best = 0;
  let count = 0;
  for (const [index, candidate] of candidates.entries()) {
    gain += candidate.gain;
    const trunk = end - candidate.layer;
    if (gain - trunk <= best) continue;
    best = gain - trunk;
    count = index + 1;
  }
  return candidates
    .slice(0, count)
    .filter((candidate) => candidate.gain > 0)
    .map(({ source }) => source)
    .sort((a, b) => a - b);
}
