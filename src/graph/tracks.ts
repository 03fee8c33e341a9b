import { TrackPieces } from './track-pieces.ts';
import type { Piece, Pins } from './track-pieces.ts';

/**
 * How a strand runs: straight down, or along the row `upper` that its tops lead to. Where it could not go down from there, it jogs
 * in column `jog` to the row `lower`, from which its bottoms leave; otherwise both rows are the same.
 */
export type Route =
  | { readonly straight: true }
  | { readonly straight: false; readonly upper: number; readonly lower: number; readonly jog: number };

export type Routing = { readonly routes: readonly Route[]; readonly rows: number };

/** Up to here all pairs of lines are weighed against each other. */
const WEIGHED_MAX = 1_500;

/**
 * Gives each strand of a gap its rows: channel routing by left edges, with the vertical constraints (a line that comes from
 * above lies higher than one that goes down in the same column) and cycles among them broken by jogs (Hashimoto & Stevens 1971;
 * Deutsch, "A dogleg channel router", 1976). Lines that would cross less the other way around are swapped.
 */
export function routeGap(strands: readonly Pins[]): Routing {
  const pieces = new TrackPieces(strands);
  const order = pieces.all.length > WEIGHED_MAX ? pieces.feasibleOrder() : weighedOrder(pieces);
  const rowOf = new Map<Piece, number>();
  const rows: Piece[][] = [];
  for (const piece of order) {
    let row = 0;
    for (const higher of pieces.above.get(piece) ?? []) row = Math.max(row, (rowOf.get(higher) ?? 0) + 1);
    for (let before = rows.length - 1; before >= row; before -= 1) {
      const rival = rows[before]?.some(
        (other) => overlap(other, piece) && crossings(other, piece) < crossings(piece, other),
      );
      if (rival === true) row = before + 1;
    }
    while (rows[row]?.some((other) => overlap(other, piece)) === true) row += 1;
    rowOf.set(piece, row);
    (rows[row] ??= []).push(piece);
  }
  const routes = pieces.of.map((own): Route => {
    if (own === undefined) return { straight: true };
    const upper = rowOf.get(own.upper) ?? 0;
    return { straight: false, upper, lower: rowOf.get(own.lower) ?? upper, jog: own.jog };
  });
  return { routes, rows: rows.length };
}

/** Row by row from the top: of the pieces that may come next, the one that crosses least when it lies above all that are left. */
function weighedOrder(pieces: TrackPieces): Piece[] {
  const left = new Set(pieces.all);
  const waits = new Map(pieces.all.map((piece) => [piece, pieces.above.get(piece)?.length ?? 0]));
  const cost = new Map<Piece, number>();
  for (const piece of left) {
    let sum = 0;
    for (const other of left)
      if (other !== piece && overlap(piece, other)) sum += crossings(piece, other) - crossings(other, piece);
    cost.set(piece, sum);
  }
  const order: Piece[] = [];
  while (left.size > 0) {
    let next: Piece | undefined;
    for (const piece of left) {
      if (waits.get(piece) !== 0) continue;
      if (next === undefined || (cost.get(piece) ?? 0) < (cost.get(next) ?? 0)) next = piece;
    }
    if (next === undefined) throw new Error('the tracks of a gap wait for each other');
    left.delete(next);
    order.push(next);
    for (const lower of pieces.below.get(next) ?? []) waits.set(lower, (waits.get(lower) ?? 0) - 1);
    for (const other of left) {
      if (!overlap(other, next)) continue;
      cost.set(other, (cost.get(other) ?? 0) - crossings(other, next) + crossings(next, other));
    }
  }
  return order;
}

/** Whether two pieces cannot share a row: their cells need a blank between them. */
function overlap(a: Piece, b: Piece): boolean {
  return a.left <= b.right + 1 && b.left <= a.right + 1;
}

/** Crossings of two pieces when the first lies above the second. */
function crossings(upper: Piece, lower: Piece): number {
  return (
    countBetween(lower.tops, upper.left, upper.right) + countBetween(upper.bottoms, lower.left, lower.right)
  );
}

/** How many of the ascending columns lie strictly between. */
function countBetween(columns: readonly number[], left: number, right: number): number {
  return Math.max(0, firstAtLeast(columns, right) - firstAtLeast(columns, left + 1));
}

function firstAtLeast(columns: readonly number[], value: number): number {
  let low = 0;
  let high = columns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((columns[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
