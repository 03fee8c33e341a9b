import { topologicalOrder } from './network.ts';
import type { IndexedEdge, Network } from './network.ts';

/** Fewer siblings than these stay boxes of their own. */
const STACK_MIN = 4;
/** Rounds of refinement; each but the last splits a class. What is not told apart by then stands in one stack though it could be split. */
const ROUNDS_MAX = 24;

/** How boxes that a drawing leaves out lie to those that it shows. */
export type Rest = 'before' | 'after' | 'between' | 'elsewhere';

/** Boxes that are drawn as one: a stack of equal siblings, the rest beside a focus, or a box alone. */
export type Group = {
  /** Indices of boxes; the first stands for the group. Those of a stack ascend. */
  readonly members: readonly number[];
  /** What the names of a stack have in common; the name itself for a box alone. */
  readonly name: string;
  /** Only of boxes that are left out. */
  readonly rest?: Rest;
};

/** How the members of two groups are joined. Undefined: a plain edge, or one box joined to all of a stack. */
export type EdgeKind = string | undefined;

export type GroupEdge = { readonly from: number; readonly to: number; readonly kind: EdgeKind };

export type Stacked = {
  /** In the order of their first members. */
  readonly groups: readonly Group[];
  /** The group of each box. */
  readonly groupOf: Int32Array;
  readonly edges: readonly GroupEdge[];
};

/**
 * Puts equal siblings into stacks: boxes of one depth whose names differ in numbers alone, and whose neighbours above and below are the
 * same up to such stacks. That is the coarsest partition that is stable under its own edges, found by refining (Kanellakis and Smolka
 * 1983, with sets of neighbours); since it keeps depths apart, it has no cycle. `kept` boxes stay alone with all of their stack.
 */
export function stackSiblings(
  names: readonly string[],
  network: Network,
  edges: readonly IndexedEdge[],
  kept: ReadonlySet<number> = new Set(),
): Stacked {
  const classOf = stableClasses(names, network);
  const membersOf = new Map<number, number[]>();
  for (const [box, own] of classOf.entries()) {
    const members = membersOf.get(own);
    if (members === undefined) membersOf.set(own, [box]);
    else members.push(box);
  }
  const groups: Group[] = [];
  const groupOf = new Int32Array(names.length).fill(-1);
  for (const [box, own] of classOf.entries()) {
    if (groupOf[box] !== -1) continue;
    const siblings = membersOf.get(own) ?? [box];
    const isStack = siblings.length >= STACK_MIN && !siblings.some((member) => kept.has(member));
    const members = isStack ? siblings : [box];
    for (const member of members) groupOf[member] = groups.length;
    groups.push({ members, name: isStack ? stemOf(names[box] ?? '') : (names[box] ?? '') });
  }
  return { groups, groupOf, edges: groupEdges(groups, groupOf, edges) };
}

/** A name without what numbers its kind: `resize-17` and `resize-3` are both `resize`, `chr1_split2` is `chr*_split*`. */
export function stemOf(name: string): string {
  const stem = name.replace(/[-_. ]*\d+$/, '').replace(/\d+/g, '*');
  return stem === '' ? '*' : stem;
}

function stableClasses(names: readonly string[], network: Network): Int32Array {
  const depths = depthsOf(network);
  let { classOf, count } = numbered(names.length, (box) => `${depths[box] ?? 0} ${stemOf(names[box] ?? '')}`);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = classOf;
    const side = (neighbours: readonly number[] = []): string =>
      [...new Set(neighbours.map((box) => before[box] ?? 0))].sort((a, b) => a - b).join(' ');
    const refined = numbered(
      names.length,
      (box) => `${before[box] ?? 0}<${side(network.into[box])}>${side(network.out[box])}`,
    );
    if (refined.count === count) break;
    ({ classOf, count } = refined);
  }
  return classOf;
}

/** Numbers boxes by their keys, from 0 in the order of their coming. */
function numbered(size: number, keyOf: (box: number) => string): { classOf: Int32Array; count: number } {
  const numbers = new Map<string, number>();
  const classOf = new Int32Array(size);
  for (let box = 0; box < size; box += 1) {
    const key = keyOf(box);
    let number = numbers.get(key);
    if (number === undefined) numbers.set(key, (number = numbers.size));
    classOf[box] = number;
  }
  return { classOf, count: numbers.size };
}

function depthsOf(network: Network): Int32Array {
  const depths = new Int32Array(network.size);
  for (const box of topologicalOrder(network))
    for (const target of network.out[box] ?? [])
      depths[target] = Math.max(depths[target] ?? 0, (depths[box] ?? 0) + 1);
  return depths;
}

type Bundle = {
  readonly from: number;
  readonly to: number;
  count: number;
  readonly tails: Set<number>;
  readonly heads: Set<number>;
};

/** All edges between two groups as one. Edges within a group are left out. */
export function groupEdges(
  groups: readonly Group[],
  groupOf: Int32Array,
  edges: readonly IndexedEdge[],
): GroupEdge[] {
  const bundles = new Map<number, Bundle>();
  for (const { from, to } of edges) {
    const [tail, head] = [groupOf[from] ?? 0, groupOf[to] ?? 0];
    if (tail === head) continue;
    const key = tail * groups.length + head;
    let bundle = bundles.get(key);
    if (bundle === undefined) {
      bundle = { from: tail, to: head, count: 0, tails: new Set(), heads: new Set() };
      bundles.set(key, bundle);
    }
    bundle.count += 1;
    bundle.tails.add(from);
    bundle.heads.add(to);
  }
  return [...bundles.values()].map((bundle) => ({
    from: bundle.from,
    to: bundle.to,
    kind: kindOf(bundle, groups),
  }));
}

/** `1:1`, `all`, or how many at the one side are joined to how many at the other. */
function kindOf({ from, to, count, tails, heads }: Bundle, groups: readonly Group[]): EdgeKind {
  const above = groups[from]?.members.length ?? 1;
  const below = groups[to]?.members.length ?? 1;
  if (count === above * below) return above > 1 && below > 1 ? 'all' : undefined;
  if (count === tails.size && count === heads.size) return '1:1';
  return `${tails.size}:${heads.size}`;
}
