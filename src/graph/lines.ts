import type { IndexedEdge } from './network.ts';
import type { Layout, Pin, Wire } from './layout.ts';

/** Cells of the layout. */
export type Window = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** The directions in which the line of a cell goes on, as bits. */
export const UP = 1;
export const RIGHT = 2;
export const DOWN = 4;
export const LEFT = 8;
/** The only cell that two wires share: one goes straight down, the other straight across. */
export const CROSSING = 16;

const VERTICAL = UP | DOWN;
const HORIZONTAL = LEFT | RIGHT;

/**
 * The lines within a window as bits per cell. A cell belongs to one wire; what a glyph must show is known here and never guessed by
 * merging glyphs. Throws when the layout broke that rule.
 */
export class Lines {
  readonly #window: Window;
  readonly #bits: Uint8Array;
  readonly #owners: Int32Array;
  readonly #marks: Uint8Array;

  constructor(window: Window) {
    const size = window.width * window.height;
    this.#window = window;
    this.#bits = new Uint8Array(size);
    this.#owners = new Int32Array(size);
    this.#marks = new Uint8Array(size);
  }

  /** The bits at a cell of the layout, 0 for none. */
  bits(x: number, y: number): number {
    return this.#bits[this.#index(x, y)] ?? 0;
  }

  marked(x: number, y: number): boolean {
    return this.#marks[this.#index(x, y)] === 1;
  }

  /** Draws the lines of a wire, of which `owner` is the number, from 1. Wires of one net share no cell either, but for crossings. */
  draw(wire: Wire, owner: number): void {
    if (!touches(wire, this.#window)) return;
    walk(wire, this.#window, (x, y, bits) => this.#join(this.#index(x, y), bits, owner));
  }

  /** Marks the way from one top of a wire to one bottom. */
  mark(wire: Wire, top: Pin, bottom: Pin): void {
    const way = { ...wire, tops: [top], bottoms: [bottom] };
    if (!touches(way, this.#window)) return;
    // Without a jog the run would lead past the column kept for it.
    const jogX = wire.upperY === wire.lowerY ? top.x : wire.jogX;
    walk({ ...way, jogX }, this.#window, (x, y) => {
      this.#marks[this.#index(x, y)] = 1;
    });
  }

  #index(x: number, y: number): number {
    return (y - this.#window.y) * this.#window.width + x - this.#window.x;
  }

  #join(index: number, bits: number, owner: number): void {
    const known = this.#bits[index] ?? 0;
    if (known === 0 || this.#owners[index] === owner) {
      this.#owners[index] = owner;
      this.#bits[index] = known | bits;
      if ((known | bits) === (VERTICAL | HORIZONTAL)) throw new Error('a fork would look like a crossing');
      return;
    }
    const across = known === VERTICAL && (bits | HORIZONTAL) === HORIZONTAL;
    const along = known === HORIZONTAL && (bits | VERTICAL) === VERTICAL;
    if (!across && !along) throw new Error('two lines share a cell');
    this.#bits[index] = CROSSING;
  }
}

type Leg = { readonly wire: Wire; readonly top: Pin; readonly bottom: Pin };

/** The wires through which an edge leads, by its index, and the ends that it takes of each, from the top. */
export function edgeWay(layout: Layout, index: number): readonly Leg[] {
  const edge = layout.edges[index];
  const wires = layout.nets[layout.netOf[index] ?? -1] ?? [];
  if (edge === undefined) return [];
  // Towards the box that its edges share a net never forks.
  return wayDown(wires, edge) ?? wayUp(wires, edge) ?? [];
}

function wayDown(wires: readonly Wire[], { from, to }: IndexedEdge): Leg[] | undefined {
  const way: Leg[] = [];
  for (const wire of wires) {
    const above = way.at(-1)?.bottom;
    const top = wire.tops.find((pin) => (above === undefined ? pin.box === from : isNext(above, pin)));
    if (top === undefined) continue;
    const end = wire.bottoms.find((pin) => pin.box === to);
    const [bottom, fork] = end === undefined ? wire.bottoms.filter((pin) => pin.box === undefined) : [end];
    if (bottom === undefined || fork !== undefined) return undefined;
    way.push({ wire, top, bottom });
    if (end !== undefined) return way;
  }
  return undefined;
}

function wayUp(wires: readonly Wire[], { from, to }: IndexedEdge): Leg[] | undefined {
  const way: Leg[] = [];
  for (const wire of wires.toReversed()) {
    const below = way[0]?.top;
    const bottom = wire.bottoms.find((pin) => (below === undefined ? pin.box === to : isNext(pin, below)));
    if (bottom === undefined) continue;
    const end = wire.tops.find((pin) => pin.box === from);
    const top = end ?? wire.tops.find((pin) => pin.box === undefined);
    if (top === undefined) return undefined;
    way.unshift({ wire, top, bottom });
    if (end !== undefined) return way;
  }
  return undefined;
}

/** Whether a net goes on from the bottom of one wire to the top of another. */
function isNext(bottom: Pin, top: Pin): boolean {
  return bottom.box === undefined && top.box === undefined && bottom.x === top.x && bottom.y + 1 === top.y;
}

function touches(wire: Wire, window: Window): boolean {
  let left = wire.jogX;
  let right = wire.jogX;
  let top = wire.upperY;
  let bottom = wire.lowerY;
  for (const pins of [wire.tops, wire.bottoms]) {
    left = Math.min(left, pins[0]?.x ?? left);
    right = Math.max(right, pins.at(-1)?.x ?? right);
    for (const pin of pins) {
      top = Math.min(top, pin.y);
      bottom = Math.max(bottom, pin.y);
    }
  }
  return (
    left < window.x + window.width &&
    right >= window.x &&
    top < window.y + window.height &&
    bottom >= window.y
  );
}

type Visit = (x: number, y: number, bits: number) => void;

/** Visits the cells of a wire within the window, piece by piece: a cell once for each piece that it is on. */
function walk(wire: Wire, window: Window, visit: Visit): void {
  const { tops, bottoms, jogX, upperY, lowerY } = wire;
  const last = window.y + window.height - 1;
  const vertical = (x: number, from: number, to: number, open: number): void => {
    if (x < window.x || x >= window.x + window.width) return;
    for (let y = Math.max(from, window.y); y <= Math.min(to, last); y += 1) {
      const bits =
        (y > from ? UP : 0) |
        (y < to ? DOWN : 0) |
        (y === from ? open & UP : 0) |
        (y === to ? open & DOWN : 0);
      visit(x, y, bits);
    }
  };
  const horizontal = (y: number, from: number, to: number): void => {
    if (y < window.y || y > last) return;
    for (let x = Math.max(from, window.x); x <= Math.min(to, window.x + window.width - 1); x += 1) {
      if (from < to) visit(x, y, (x > from ? LEFT : 0) | (x < to ? RIGHT : 0));
    }
  };
  const [top, bottom] = [tops[0], bottoms[0]];
  if (tops.length === 1 && bottoms.length === 1 && upperY === lowerY && top?.x === bottom?.x) {
    vertical(top?.x ?? jogX, top?.y ?? upperY, bottom?.y ?? lowerY, UP | DOWN);
    return;
  }
  for (const pin of tops) vertical(pin.x, pin.y, upperY, UP);
  for (const pin of bottoms) vertical(pin.x, lowerY, pin.y, DOWN);
  if (upperY === lowerY) {
    const ends = [tops[0]?.x, tops.at(-1)?.x, bottoms[0]?.x, bottoms.at(-1)?.x].map((x) => x ?? jogX);
    horizontal(upperY, Math.min(...ends), Math.max(...ends));
    return;
  }
  horizontal(upperY, Math.min(jogX, tops[0]?.x ?? jogX), Math.max(jogX, tops.at(-1)?.x ?? jogX));
  vertical(jogX, upperY, lowerY, 0);
  horizontal(lowerY, Math.min(jogX, bottoms[0]?.x ?? jogX), Math.max(jogX, bottoms.at(-1)?.x ?? jogX));
}
