import type { IndexedEdge, Network } from './network.ts';
import { groupEdges } from './stacks.ts';
import type { Group, Rest, Stacked } from './stacks.ts';

/** Boxes that a focus shows one by one at most: each has a bit in what is known of the others. */
export const FOCUS_MAX = 31;

/**
 * A box and what is near it, nearest first: hop by hop, of each hop one above and one below in turn, in the order of the file. Above are
 * only boxes that lead to it, and below only those that it leads to. Then comes
 * the rest, in the order of the file; `count` boxes are near.
 */
export function neighbourhood({ out, into }: Network, center: number): Neighbourhood {
  const found = [center];
  const seen = new Set(found);
  let above = [center];
  let below = [center];
  while (above.length > 0 || below.length > 0) {
    above = nextHop(above, into, seen);
    below = nextHop(below, out, seen);
    for (let at = 0; at < Math.max(above.length, below.length); at += 1)
      found.push(...above.slice(at, at + 1), ...below.slice(at, at + 1));
  }
  const count = found.length;
  for (const box of out.keys()) if (!seen.has(box)) found.push(box);
  return { boxes: found, count };
}

export type Neighbourhood = { readonly boxes: readonly number[]; readonly count: number };

function nextHop(from: readonly number[], next: Network['out'], seen: Set<number>): number[] {
  const hop = new Set(from.flatMap((box) => (next[box] ?? []).filter((other) => !seen.has(other))));
  for (const box of hop) seen.add(box);
  return [...hop].sort((a, b) => a - b);
}

/**
 * Groups in which each of the `count` nearest boxes stands alone, and all others by how they lie to those: before them, after them, between the
 * very same ones, or elsewhere; the nearest member of each first. Edges among what is before, after
 * and elsewhere are left out; all others are there, and they make no cycle: along an edge those that are shown above a box only become
 * more, those below it fewer. `order` is a topological one.
 */
export function focusGroups(
  names: readonly string[],
  network: Network,
  edges: readonly IndexedEdge[],
  order: readonly number[],
  near: Neighbourhood,
  count: number,
): Stacked {
  const shown = near.boxes.slice(0, count);
  if (shown.length > FOCUS_MAX) throw new Error(`a focus of ${shown.length} boxes is too large`);
  const alone = new Map(shown.map((box, bit) => [box, (2 ** bit) | 0]));
  const above = collect(alone, order, network.out);
  const below = collect(alone, order.toReversed(), network.into);
  const restOf = new Map<string, { readonly rest: Rest; readonly members: number[] }>();
  for (const box of near.boxes.slice(count)) {
    const rest = restBetween(above[box] ?? 0, below[box] ?? 0);
    const key = rest === 'between' ? `${above[box]} ${below[box]}` : rest;
    const known = restOf.get(key);
    if (known === undefined) restOf.set(key, { rest, members: [box] });
    else known.members.push(box);
  }
  const rests = [...restOf.values()].map(({ rest, members }): Group =>
    members.length === 1 ? { members, name: names[members[0] ?? 0] ?? '' } : { members, name: rest, rest },
  );
  const singles = shown.map((box): Group => ({ members: [box], name: names[box] ?? '' }));
  const groups = [...singles, ...rests].sort((a, b) => firstOf(a) - firstOf(b));
  const groupOf = new Int32Array(names.length);
  for (const [index, { members }] of groups.entries()) for (const box of members) groupOf[box] = index;
  const told = edges.filter(({ from, to }) => isTold(above, below, alone, from, to));
  return { groups, groupOf, edges: groupEdges(groups, groupOf, told) };
}

function firstOf({ members }: Group): number {
  return members.reduce((first, box) => Math.min(first, box), Infinity);
}

/** For each box the bits of those that lead to it, along `next`. */
function collect(
  alone: ReadonlyMap<number, number>,
  order: readonly number[],
  next: Network['out'],
): Int32Array {
  const bits = new Int32Array(next.length);
  for (const box of order) {
    const own = (bits[box] ?? 0) | (alone.get(box) ?? 0);
    if (own !== 0) for (const other of next[box] ?? []) bits[other] = (bits[other] ?? 0) | own;
  }
  return bits;
}

function restBetween(above: number, below: number): Rest {
  if (above === 0) return below === 0 ? 'elsewhere' : 'before';
  return below === 0 ? 'after' : 'between';
}

/** Whether an edge has an end that is shown, or one between those. */
function isTold(
  above: Int32Array,
  below: Int32Array,
  alone: ReadonlyMap<number, number>,
  from: number,
  to: number,
): boolean {
  return [from, to].some(
    (box) => alone.has(box) || restBetween(above[box] ?? 0, below[box] ?? 0) === 'between',
  );
}
