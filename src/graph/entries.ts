import type { Spacing } from './spacing.ts';
import type { BoxSpec } from './topology.ts';
import type { Layered, Strand } from './layered.ts';

/** Widths of all vertices and where, from their left edge, lines leave and enter them. */
export type Shapes = {
  readonly spacing: Spacing;
  readonly widths: readonly number[];
  readonly exits: readonly number[];
  /** The strands that enter each vertex from left to right, each with its place. */
  readonly entries: readonly (readonly Entry[])[];
  /** The same places for each strand, one per bottom. */
  readonly entriesOf: ReadonlyMap<Strand, readonly number[]>;
};

type Entry = { readonly strand: Strand; readonly offset: number };

/** A box is stretched until each line that enters it has a place of its own. Entries stand in the order of where they come from. */
export function shapeVertices(layered: Layered, boxes: readonly BoxSpec[], spacing: Spacing): Shapes {
  const { entryStep, entryMargin } = spacing;
  const position = new Int32Array(layered.vertexCount);
  for (const layer of layered.layers) for (const [slot, vertex] of layer.entries()) position[vertex] = slot;
  const widths: number[] = [];
  const entries: Entry[][] = [];
  const entriesOf = new Map<Strand, number[]>(layered.nets.flat().map((strand) => [strand, []]));
  for (let vertex = 0; vertex < layered.vertexCount; vertex += 1) {
    const strands = layered.above[vertex] ?? [];
    const spec = boxes[vertex];
    const needed = (strands.length - 1) * entryStep + 1 + 2 * entryMargin;
    const width = spec === undefined ? 1 : Math.max(spec.width, needed);
    widths.push(width);
    const first = (width - 1 - (strands.length - 1) * entryStep) >> 1;
    const sorted = strands
      .map((strand) => ({ strand, key: meanPosition(strand.tops, position) }))
      .sort((a, b) => a.key - b.key);
    entries.push(sorted.map(({ strand }, rank) => ({ strand, offset: first + rank * entryStep })));
  }
  for (const strand of entriesOf.keys()) {
    const offsets = strand.bottoms.map(
      (bottom) => entries[bottom]?.find((entry) => entry.strand === strand)?.offset ?? 0,
    );
    entriesOf.set(strand, offsets);
  }
  const exits = widths.map((width) => (width - 1) >> 1);
  return { spacing, widths, exits, entries, entriesOf };
}

function meanPosition(vertices: readonly number[], position: Int32Array): number {
  let sum = 0;
  for (const vertex of vertices) sum += position[vertex] ?? 0;
  return sum / vertices.length;
}
