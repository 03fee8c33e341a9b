import type { Layered, Strand } from './layered.ts';

/** Crossings between two layers in their present order, each strand taken as straight lines from tops to bottoms. O(n log n). */
export function countCrossings(layered: Layered, gap: number, position: Int32Array): number {
  const upper = layered.layers[gap] ?? [];
  const lower = layered.layers[gap + 1] ?? [];
  // A Fenwick tree over the lower layer counts the ends seen so far; those to the right of a new end are crossed by it.
  const tree = new Int32Array(lower.length + 1);
  let seen = 0;
  let crossings = 0;
  for (const top of upper) {
    const strand = layered.below[top];
    if (strand === undefined) continue;
    const ends = lineEnds(strand, top, position);
    for (const end of ends) {
      crossings += seen;
      for (let node = end + 1; node > 0; node -= node & -node) crossings -= tree[node] ?? 0;
    }
    for (const end of ends) {
      seen += 1;
      for (let node = end + 1; node <= lower.length; node += node & -node) tree[node] = (tree[node] ?? 0) + 1;
    }
  }
  return crossings;
}

/** Where the lines of a top end: at all bottoms, or, where many tops share a net, at the middle one, all at the first top. */
function lineEnds(strand: Strand, top: number, position: Int32Array): number[] {
  const shared = strand.tops.length > 1 && top !== strand.tops[0];
  const bottoms = shared ? [strand.bottoms[strand.bottoms.length >> 1] ?? 0] : strand.bottoms;
  return bottoms.map((bottom) => position[bottom] ?? 0);
}
