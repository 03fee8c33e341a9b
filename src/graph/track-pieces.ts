/** Columns of one strand at the upper and the lower side of the gap, each side in ascending order. */
export type Pins = { readonly tops: readonly number[]; readonly bottoms: readonly number[] };

/** A horizontal run with the columns in which lines reach it from above and leave it downwards. */
export type Piece = {
  readonly strand: number;
  readonly left: number;
  readonly right: number;
  readonly tops: readonly number[];
  readonly bottoms: readonly number[];
};

type Own = { readonly upper: Piece; readonly lower: Piece; readonly jog: number };

/**
 * The horizontal runs of a gap and which must lie above which. Where strands wait for each other in a circle, or where a strand
 * would both come and go in one column amid its run (that would look like a crossing), it is cut in two runs joined by a jog in a free column.
 */
export class TrackPieces {
  /** The pieces of each strand, the same twice unless it was cut; undefined where it is straight. */
  readonly of: (Own | undefined)[] = [];
  above = new Map<Piece, Piece[]>();
  below = new Map<Piece, Piece[]>();
  readonly #strands: readonly Pins[];
  readonly #usedColumns: Set<number>;

  constructor(strands: readonly Pins[]) {
    this.#strands = strands;
    this.#usedColumns = new Set(strands.flatMap(({ tops, bottoms }) => [...tops, ...bottoms]));
    for (const [index, pins] of strands.entries()) {
      const straight =
        pins.tops.length === 1 && pins.bottoms.length === 1 && pins.tops[0] === pins.bottoms[0];
      const whole = pieceOf(index, pins.tops, pins.bottoms);
      this.of.push(straight ? undefined : { upper: whole, lower: whole, jog: whole.left });
      if (!straight && looksCrossed(whole)) this.#cut(index);
    }
    this.#constrain();
    for (let order = this.feasibleOrder(); order.length < this.all.length; order = this.feasibleOrder()) {
      for (const piece of this.#circles(new Set(order))) this.#cut(piece.strand);
      this.#constrain();
    }
  }

  get all(): Piece[] {
    return this.of.flatMap((own) =>
      own === undefined ? [] : own.upper === own.lower ? [own.upper] : [own.upper, own.lower],
    );
  }

  /** The pieces, each after those that must lie above it; some are missing as long as there are circles. */
  feasibleOrder(): Piece[] {
    const all = this.all;
    const waits = new Map(all.map((piece) => [piece, this.above.get(piece)?.length ?? 0]));
    const order = all.filter((piece) => waits.get(piece) === 0);
    for (const piece of order) {
      for (const lower of this.below.get(piece) ?? []) {
        const left = (waits.get(lower) ?? 0) - 1;
        waits.set(lower, left);
        if (left === 0) order.push(lower);
      }
    }
    return order;
  }

  /** In a column, who comes from above must end higher than where the other begins who leaves downwards. */
  #constrain(): void {
    this.above = new Map();
    this.below = new Map();
    const fromAbove = new Map<number, Piece>();
    for (const own of this.of) {
      if (own === undefined) continue;
      for (const column of this.#strands[own.upper.strand]?.tops ?? []) fromAbove.set(column, own.upper);
      if (own.upper !== own.lower) this.#order(own.upper, own.lower);
    }
    for (const own of this.of) {
      if (own === undefined) continue;
      for (const column of this.#strands[own.lower.strand]?.bottoms ?? []) {
        const upper = fromAbove.get(column);
        if (upper !== undefined && upper.strand !== own.lower.strand) this.#order(upper, own.lower);
      }
    }
  }

  #order(upper: Piece, lower: Piece): void {
    append(this.above, lower, upper);
    append(this.below, upper, lower);
  }

  /** One piece of each circle found. Every piece left has one above it that is left too, so walking up ends in a circle. */
  #circles(placed: ReadonlySet<Piece>): Piece[] {
    const found: Piece[] = [];
    const walked = new Set<Piece>();
    for (const start of this.all) {
      if (placed.has(start) || walked.has(start)) continue;
      const path = new Set<Piece>();
      let at: Piece | undefined = start;
      while (at !== undefined && !walked.has(at)) {
        walked.add(at);
        path.add(at);
        at = this.above.get(at)?.find((higher) => !placed.has(higher));
      }
      if (at === undefined || !path.has(at)) continue;
      // None of these is cut yet: an upper half waits for nobody, and nobody waits for a lower one.
      const circle = [...path].slice([...path].indexOf(at));
      found.push(circle.reduce((a, b) => (b.right - b.left < a.right - a.left ? b : a)));
    }
    return found;
  }

  #cut(index: number): void {
    const { tops, bottoms } = this.#strands[index] ?? { tops: [], bottoms: [] };
    const jog = this.#freeColumn(tops, bottoms);
    this.of[index] = { upper: pieceOf(index, tops, [jog]), lower: pieceOf(index, [jog], bottoms), jog };
  }

  /** The free column that is nearest to where the tops are. */
  #freeColumn(tops: readonly number[], bottoms: readonly number[]): number {
    const from = tops[tops.length >> 1] ?? 0;
    const to = bottoms[bottoms.length >> 1] ?? from;
    const sign = to < from ? -1 : 1;
    for (let distance = 1; ; distance += 1) {
      const column = [from + sign * distance, from - sign * distance].find(
        (at) => !this.#usedColumns.has(at),
      );
      if (column === undefined) continue;
      this.#usedColumns.add(column);
      return column;
    }
  }
}

function pieceOf(strand: number, tops: readonly number[], bottoms: readonly number[]): Piece {
  const left = Math.min(tops[0] ?? 0, bottoms[0] ?? 0);
  const right = Math.max(tops.at(-1) ?? 0, bottoms.at(-1) ?? 0);
  return { strand, left, right, tops, bottoms };
}

function looksCrossed({ left, right, tops, bottoms }: Piece): boolean {
  const columns = new Set(tops);
  return bottoms.some((column) => column > left && column < right && columns.has(column));
}

function append(map: Map<Piece, Piece[]>, key: Piece, value: Piece): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
