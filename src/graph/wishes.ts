import type { Shapes } from './entries.ts';
import type { Wish } from './isotonic.ts';
import type { Layered, Strand } from './layered.ts';

/** How strongly a line wants to be straight, by how many of its ends are boxes: long lines first. */
const STRAIGHTNESS = [8, 4, 2] as const;
/** A long line that starts or ends beside other ones gives way to them. */
const BRANCH = 1;
/** Where the left edge of a vertex would make each line from above straight. */
export function wishesAbove(layered: Layered, shapes: Shapes, columns: Int32Array, vertex: number): Wish[] {
  return (shapes.entries[vertex] ?? []).map(({ strand, offset }) => {
    const first = strand.tops[0] ?? 0;
    const last = strand.tops.at(-1) ?? first;
    const middle = (exitOf(shapes, columns, first) + exitOf(shapes, columns, last)) >> 1;
    return { value: middle - offset, weight: straightness(layered, strand, first, vertex) };
  });
}

/** Where the left edge of a vertex would make each line to below straight. */
export function wishesBelow(layered: Layered, shapes: Shapes, columns: Int32Array, vertex: number): Wish[] {
  const strand = layered.below[vertex];
  if (strand === undefined) return [];
  const offsets = shapes.entriesOf.get(strand) ?? [];
  return strand.bottoms.map((bottom, index) => ({
    value: (columns[bottom] ?? 0) + (offsets[index] ?? 0) - (shapes.exits[vertex] ?? 0),
    weight: straightness(layered, strand, vertex, bottom) / strand.tops.length,
  }));
}

function exitOf(shapes: Shapes, columns: Int32Array, vertex: number): number {
  return (columns[vertex] ?? 0) + (shapes.exits[vertex] ?? 0);
}

function straightness(layered: Layered, strand: Strand, top: number, bottom: number): number {
  const starts = top < layered.boxCount;
  const ends = bottom < layered.boxCount;
  if (starts === ends) return STRAIGHTNESS[starts ? 2 : 0];
  const alone = starts ? strand.bottoms.length === 1 : layered.above[bottom]?.length === 1;
  return alone ? STRAIGHTNESS[1] : BRANCH;
}
