import type { Port, Shapes } from './entries.ts';
import type { Layered, Strand } from './layered.ts';
import type { Pins } from './track-pieces.ts';

type Side = 'tops' | 'bottoms';
const OTHER = { tops: 'bottoms', bottoms: 'tops' } as const;

/**
 * The columns in which each strand leaves its tops and enters its bottoms, as its vertices stand, in their order. Along a box's
 * border a line moves to where it can come straight down, and an entry away from where it would make a fork look like a crossing.
 */
export function pinColumns(layered: Layered, shapes: Shapes, columns: Int32Array): ReadonlyMap<Strand, Pins> {
  const pins = new Map<Strand, { tops: number[]; bottoms: number[] }>();
  for (const [strand, offsets] of shapes.entriesOf) {
    const exits = shapes.exitsOf.get(strand) ?? [];
    const tops = strand.tops.map((top, index) => (columns[top] ?? 0) + (exits[index] ?? 0));
    const bottoms = strand.bottoms.map((bottom, index) => (columns[bottom] ?? 0) + (offsets[index] ?? 0));
    pins.set(strand, { tops, bottoms });
  }
  for (const [side, ports] of [
    ['bottoms', shapes.entries],
    ['tops', shapes.exits],
  ] as const) {
    for (let box = 0; box < layered.boxCount; box += 1) {
      // An only exit stays in the middle.
      const own = ports[box] ?? [];
      if (side === 'tops' && own.length < 2) continue;
      settle(shapes, columns[box] ?? 0, box, own, side, pins);
    }
  }
  return pins;
}

/** Finds the places of all lines at one side of a box. */
function settle(
  shapes: Shapes,
  left: number,
  box: number,
  ports: readonly Port[],
  side: Side,
  pins: ReadonlyMap<Strand, Record<Side, number[]>>,
): void {
  const taken = ports.map((port) => left + port.offset);
  const { corner, entryStep } = shapes.spacing;
  const last = left + (shapes.widths[box] ?? 0) - 1 - corner;
  const border = { first: left + corner, last, taken, step: entryStep };
  for (const [index, { strand }] of ports.entries()) {
    const own = pins.get(strand);
    if (own === undefined) continue;
    const place = bestPlace(border, index, own[side], own[OTHER[side]]);
    taken[index] = place;
    own[side][strand[side].indexOf(box)] = place;
  }
}

/** Columns of a box's border and those that its lines have. */
type Border = {
  readonly first: number;
  readonly last: number;
  readonly taken: readonly number[];
  readonly step: number;
};

/** Where a line stands best that is one of `own`, and leads to `others`. */
function bestPlace(
  { first, last, taken, step }: Border,
  index: number,
  own: readonly number[],
  others: readonly number[],
): number {
  const place = taken[index] ?? 0;
  const fits = (column: number, apart: number): boolean =>
    column >= first &&
    column <= last &&
    column - (taken[index - 1] ?? -Infinity) >= apart &&
    (taken[index + 1] ?? Infinity) - column >= apart;
  if (own.length === 1 && others.length === 1) {
    const ahead = others[0] ?? place;
    return fits(ahead, step) ? ahead : place;
  }
  const all = [...own, ...others];
  const amid = all.some((column) => column < place) && all.some((column) => column > place);
  if (!amid || !others.includes(place)) return place;
  const ways = [step, 1].flatMap((apart) => [place + 1, place - 1].filter((column) => fits(column, apart)));
  return ways.find((column) => !others.includes(column)) ?? place;
}
