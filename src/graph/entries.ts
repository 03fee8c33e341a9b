import type { Spacing } from './spacing.ts';
import type { BoxSpec } from './topology.ts';
import type { Layered, Strand } from './layered.ts';

/** Widths of all vertices and where, from their left edge, lines leave and enter them. */
export type Shapes = {
  readonly spacing: Spacing;
  readonly widths: readonly number[];
  /** The strands that leave each vertex, and those that enter it, from left to right, each with its place. */
  readonly exits: readonly (readonly Port[])[];
  readonly entries: readonly (readonly Port[])[];
  /** The same places for each strand, one per top, and one per bottom. */
  readonly exitsOf: ReadonlyMap<Strand, readonly number[]>;
  readonly entriesOf: ReadonlyMap<Strand, readonly number[]>;
};

export type Port = { readonly strand: Strand; readonly offset: number };

/** A box is stretched until each line that enters or leaves it has a place of its own, in the order of where these lines lead. */
export function shapeVertices(layered: Layered, boxes: readonly BoxSpec[], spacing: Spacing): Shapes {
  const position = new Int32Array(layered.vertexCount);
  for (const layer of layered.layers) for (const [slot, vertex] of layer.entries()) position[vertex] = slot;
  const meanPosition = (vertices: readonly number[]): number => {
    let sum = 0;
    for (const vertex of vertices) sum += position[vertex] ?? 0;
    return sum / vertices.length;
  };
  const widths: number[] = [];
  const exits: Port[][] = [];
  const entries: Port[][] = [];
  for (let vertex = 0; vertex < layered.vertexCount; vertex += 1) {
    const above = layered.above[vertex] ?? [];
    const below = layered.below[vertex] ?? [];
    const width = widthOf(boxes[vertex], Math.max(above.length, below.length), spacing);
    widths.push(width);
    entries.push(ports(above, width, spacing, ({ tops }) => meanPosition(tops)));
    exits.push(ports(below, width, spacing, ({ bottoms }) => meanPosition(bottoms)));
  }
  const offsetOf = (list: readonly (readonly Port[])[], vertex: number, strand: Strand): number =>
    list[vertex]?.find((port) => port.strand === strand)?.offset ?? 0;
  const strands = layered.gaps.flat();
  const exitsOf = new Map(strands.map((own) => [own, own.tops.map((top) => offsetOf(exits, top, own))]));
  const entriesOf = new Map(
    strands.map((own) => [own, own.bottoms.map((bottom) => offsetOf(entries, bottom, own))]),
  );
  return { spacing, widths, exits, entries, exitsOf, entriesOf };
}

function widthOf(box: BoxSpec | undefined, lines: number, { entryStep, entryMargin }: Spacing): number {
  return box === undefined ? 1 : Math.max(box.width, (lines - 1) * entryStep + 1 + 2 * entryMargin);
}

/** The places of strands at one side, around the middle. */
function ports(
  strands: readonly Strand[],
  width: number,
  { entryStep }: Spacing,
  keyOf: (strand: Strand) => number,
): Port[] {
  const first = (width - 1 - (strands.length - 1) * entryStep) >> 1;
  return strands
    .map((strand) => ({ strand, key: keyOf(strand) }))
    .sort((a, b) => a.key - b.key)
    .map(({ strand }, rank) => ({ strand, offset: first + rank * entryStep }));
}
