import type { Shapes } from './entries.ts';
import { isotonic } from './isotonic.ts';
import type { Wish } from './isotonic.ts';
import type { Layered } from './layered.ts';
import { wishesAbove, wishesBelow } from './wishes.ts';

/** What keeps a vertex without neighbours about where it is. */
const INERTIA = 0.25;

/** Cells by which a vertex may leave its best place to make a line straight. */
const NUDGE_MAX = 3;

/** What a jog costs that such a fork would need, in straight lines. */
const CROSSED = 9;

/** Rounds of sweeps of a small drawing, and of one that is large. */
const ROUNDS = 4;
const ROUNDS_LARGE = 2;
const LARGE = 5_000;

/** Where a sweep comes from. Looking at both sides, it counts that one for more, or long lines would become stairs. */
type Side = 'above' | 'below';
const LEADING = 3;
const FOLLOWING = 2;

/**
 * The left edge of each vertex, in cells; may be negative. Each layer in turn is moved as near to its neighbours above, then below,
 * then both, as its order and the widths allow, which centres boxes over their targets and makes chains straight.
 */
export function assignColumns(layered: Layered, shapes: Shapes): Int32Array {
  const columns = new Int32Array(layered.vertexCount);
  for (const layer of layered.layers)
    for (const [slot, edge] of packed(layered, shapes, layer).entries()) columns[layer[slot] ?? 0] = edge;
  const rounds = layered.vertexCount > LARGE ? ROUNDS_LARGE : ROUNDS;
  for (let round = 0; round < rounds; round += 1) {
    sweep(layered, shapes, columns, 'above');
    sweep(layered, shapes, columns, 'below');
  }
  for (let round = 0; round < rounds; round += 1) {
    sweep(layered, shapes, columns, 'below', FOLLOWING);
    sweep(layered, shapes, columns, 'above', FOLLOWING);
  }
  for (const layer of layered.layers) straighten(layered, shapes, columns, layer);
  return columns;
}

/** Moves single vertices by a few cells where that makes more lines straight: a bend by one cell is ugly and costs a row. */
function straighten(layered: Layered, shapes: Shapes, columns: Int32Array, layer: readonly number[]): void {
  for (const [slot, vertex] of layer.entries()) {
    const wishes = [
      ...wishesAbove(layered, shapes, columns, vertex),
      ...wishesBelow(layered, shapes, columns, vertex),
    ];
    const at = columns[vertex] ?? 0;
    const before = layer[slot - 1];
    const after = layer[slot + 1];
    const first =
      before === undefined
        ? -Infinity
        : (columns[before] ?? 0) + leastStride(layered, shapes, before, vertex);
    const last =
      after === undefined ? Infinity : (columns[after] ?? 0) - leastStride(layered, shapes, vertex, after);
    // Only where there is no other place along the border.
    const isBox = !shapes.spacing.isEven && vertex < layered.boxCount;
    const gain = (column: number): number =>
      wishes.reduce((sum, wish) => sum + (wish.value === column ? wish.weight : 0), 0) -
      (isBox && looksCrossed(shapes, columns, vertex, column) ? CROSSED : 0);
    const nudgeMax = isBox && looksCrossed(shapes, columns, vertex, at) ? 1 : NUDGE_MAX;
    let best = at;
    for (const value of [...wishes.map((wish) => wish.value), ...(isBox ? [at + 1, at - 1] : [])]) {
      if (Math.abs(value - at) <= nudgeMax && value >= first && value <= last && gain(value) > gain(best))
        best = value;
    }
    columns[vertex] = best;
  }
}

/** Whether a fork or a gathering would have a line at both sides of its run in one column, were a box to stand there. */
function looksCrossed(shapes: Shapes, columns: Int32Array, vertex: number, column: number): boolean {
  const isAmid = (others: readonly number[], offsets: readonly number[] = [], own: number): boolean => {
    const places = others.map((other, index) => (columns[other] ?? 0) + (offsets[index] ?? 0));
    return places.includes(own) && places.some((place) => place < own) && places.some((place) => place > own);
  };
  const [entry, otherEntry] = shapes.entries[vertex] ?? [];
  const [exit, otherExit] = shapes.exits[vertex] ?? [];
  return (
    (entry !== undefined &&
      otherEntry === undefined &&
      isAmid(entry.strand.tops, shapes.exitsOf.get(entry.strand), column + entry.offset)) ||
    (exit !== undefined &&
      otherExit === undefined &&
      isAmid(exit.strand.bottoms, shapes.entriesOf.get(exit.strand), column + exit.offset))
  );
}

/** Moves layer by layer, away from `side`; the neighbours at the other side count `other` as much, or only where there are none. */
function sweep(layered: Layered, shapes: Shapes, columns: Int32Array, side: Side, other = 0): void {
  const count = layered.layers.length;
  for (let step = 0; step < count; step += 1) {
    moveLayer(layered, shapes, columns, side === 'below' ? count - 1 - step : step, side, other);
  }
}

/** The left edges of a layer pushed together as far as it goes. */
function packed(layered: Layered, shapes: Shapes, layer: readonly number[]): number[] {
  const edges: number[] = [];
  let edge = 0;
  for (const [slot, vertex] of layer.entries()) {
    edges.push(edge);
    edge += stride(layered, shapes, vertex, layer[slot + 1] ?? vertex);
  }
  return edges;
}

/** From the left edge of a vertex to that of the next. */
function stride(layered: Layered, shapes: Shapes, vertex: number, next: number): number {
  const least = leastStride(layered, shapes, vertex, next);
  if (!shapes.spacing.isEven || vertex >= layered.boxCount || next >= layered.boxCount) return least;
  const middles = least - middleOf(shapes, vertex) + middleOf(shapes, next);
  return least + (middles % 2);
}

function middleOf({ widths }: Shapes, vertex: number): number {
  return ((widths[vertex] ?? 1) - 1) >> 1;
}

function leastStride(layered: Layered, shapes: Shapes, vertex: number, next: number): number {
  const { betweenLines, besideBoxes, betweenBoxes } = shapes.spacing;
  const isBox = [vertex, next].map((own) => own < layered.boxCount);
  const blanks = isBox[0] === isBox[1] ? (isBox[0] === true ? betweenBoxes : betweenLines) : besideBoxes;
  return (shapes.widths[vertex] ?? 0) + blanks;
}

function moveLayer(
  layered: Layered,
  shapes: Shapes,
  columns: Int32Array,
  index: number,
  side: Side,
  other: number,
): void {
  const layer = layered.layers[index] ?? [];
  const edges = packed(layered, shapes, layer);
  const wishes = layer.map((vertex, slot) => {
    const found = wishesOf(layered, shapes, columns, vertex, side, other);
    if (found.length === 0) found.push({ value: columns[vertex] ?? 0, weight: INERTIA });
    return found.map(({ value, weight }) => ({ value: value - (edges[slot] ?? 0), weight }));
  });
  for (const [slot, value] of isotonic(wishes).entries())
    columns[layer[slot] ?? 0] = value + (edges[slot] ?? 0);
}

function wishesOf(
  layered: Layered,
  shapes: Shapes,
  columns: Int32Array,
  vertex: number,
  side: Side,
  other: number,
): Wish[] {
  const above = wishesAbove(layered, shapes, columns, vertex);
  const below = wishesBelow(layered, shapes, columns, vertex);
  const [leading, following] = side === 'above' ? [above, below] : [below, above];
  if (leading.length === 0) return following;
  if (other === 0) return leading;
  return [...scaled(leading, LEADING), ...scaled(following, other)];
}

function scaled(wishes: readonly Wish[], factor: number): Wish[] {
  return wishes.map(({ value, weight }) => ({ value, weight: weight * factor }));
}
