import type { Shapes } from './entries.ts';
import type { Layered, Strand } from './layered.ts';
import type { Pins } from './track-pieces.ts';

/**
 * The columns in which each strand leaves its tops and enters its bottoms, as its vertices stand, in their order. Along a box's
 * border an entry moves to where its line can come straight down, and away from where it would make a fork look like a crossing.
 */
export function pinColumns(layered: Layered, shapes: Shapes, columns: Int32Array): ReadonlyMap<Strand, Pins> {
  const pins = new Map<Strand, Pins>();
  const places = new Map<Strand, Map<number, number>>();
  for (const [strand, offsets] of shapes.entriesOf) {
    const tops = strand.tops.map((top) => (columns[top] ?? 0) + (shapes.exits[top] ?? 0));
    const bottoms = strand.bottoms.map((bottom, index) => (columns[bottom] ?? 0) + (offsets[index] ?? 0));
    pins.set(strand, { tops, bottoms });
    places.set(strand, new Map());
  }
  for (let vertex = 0; vertex < layered.vertexCount; vertex += 1) {
    const left = columns[vertex] ?? 0;
    const entries = shapes.entries[vertex] ?? [];
    const taken = entries.map((entry) => left + entry.offset);
    const { corner, entryStep } = shapes.spacing;
    const last = left + (shapes.widths[vertex] ?? 0) - 1 - corner;
    const border = { first: left + corner, last, taken, step: entryStep };
    for (const [index, { strand }] of entries.entries()) {
      const own = pins.get(strand);
      if (own !== undefined && vertex < layered.boxCount) taken[index] = bestPlace(border, index, own);
      places.get(strand)?.set(vertex, taken[index] ?? 0);
    }
  }
  for (const [strand, own] of pins) {
    const bottoms = strand.bottoms.map((bottom) => places.get(strand)?.get(bottom) ?? 0);
    pins.set(strand, { tops: own.tops, bottoms });
  }
  return pins;
}

/** Columns of a box's top border and those that its entries have. */
type Border = {
  readonly first: number;
  readonly last: number;
  readonly taken: readonly number[];
  readonly step: number;
};

function bestPlace({ first, last, taken, step }: Border, index: number, { tops, bottoms }: Pins): number {
  const place = taken[index] ?? 0;
  const fits = (column: number, apart: number): boolean =>
    column >= first &&
    column <= last &&
    column - (taken[index - 1] ?? -Infinity) >= apart &&
    (taken[index + 1] ?? Infinity) - column >= apart;
  if (tops.length === 1 && bottoms.length === 1) {
    const above = tops[0] ?? place;
    return fits(above, step) ? above : place;
  }
  const amid =
    [...tops, ...bottoms].some((column) => column < place) &&
    [...tops, ...bottoms].some((column) => column > place);
  if (!amid || !tops.includes(place)) return place;
  const ways = [step, 1].flatMap((apart) => [place + 1, place - 1].filter((column) => fits(column, apart)));
  return ways.find((column) => !tops.includes(column)) ?? place;
}
