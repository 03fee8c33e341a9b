import type { Shapes } from './entries.ts';
import type { Wish } from './isotonic.ts';
import type { Layered, Strand } from './layered.ts';

/** How strongly a line wants to be straight, by how many of its ends are boxes: long lines first. */
const STRAIGHTNESS = [8, 4, 2] as const;
/** A long line that starts or ends beside other ones gives way to them. */
const BRANCH = 1;

/** Where the left edge of a vertex would make each line from above straight, or stand amid all that come together there. */
export function wishesAbove(layered: Layered, shapes: Shapes, columns: Int32Array, vertex: number): Wish[] {
  return (shapes.entries[vertex] ?? []).map(({ strand, offset }) => {
    const passing = strand.tops.findIndex((top) => top >= layered.boxCount && vertex >= layered.boxCount);
    if (passing !== -1) {
      const [top = 0] = strand.tops.slice(passing);
      return {
        value: exitOf(shapes, columns, strand, passing) - offset,
        weight: straightness(layered, strand, top, vertex),
      };
    }
    let left = Infinity;
    let right = -Infinity;
    for (const index of strand.tops.keys()) {
      const column = exitOf(shapes, columns, strand, index);
      left = Math.min(left, column);
      right = Math.max(right, column);
    }
    return {
      value: ((left + right) >> 1) - offset,
      weight: straightness(layered, strand, strand.tops[0] ?? 0, vertex),
    };
  });
}

/** Where the left edge of a vertex would make each line to below straight. */
export function wishesBelow(layered: Layered, shapes: Shapes, columns: Int32Array, vertex: number): Wish[] {
  return (shapes.exits[vertex] ?? []).flatMap(({ strand, offset }) => {
    const offsets = shapes.entriesOf.get(strand) ?? [];
    return strand.bottoms.map((bottom, index) => {
      const isLong = vertex >= layered.boxCount && bottom >= layered.boxCount;
      return {
        value: (columns[bottom] ?? 0) + (offsets[index] ?? 0) - offset,
        weight: straightness(layered, strand, vertex, bottom) / (isLong ? 1 : strand.tops.length),
      };
    });
  });
}

function exitOf(shapes: Shapes, columns: Int32Array, strand: Strand, index: number): number {
  return (columns[strand.tops[index] ?? 0] ?? 0) + (shapes.exitsOf.get(strand)?.[index] ?? 0);
}

function straightness(layered: Layered, strand: Strand, top: number, bottom: number): number {
  const starts = top < layered.boxCount;
  const ends = bottom < layered.boxCount;
  if (starts === ends) return STRAIGHTNESS[starts ? 2 : 0];
  const alone = starts
    ? strand.bottoms.length === 1 && strand.tops.length === 1
    : layered.above[bottom]?.length === 1;
  return alone ? STRAIGHTNESS[1] : BRANCH;
}
