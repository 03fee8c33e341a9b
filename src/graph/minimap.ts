import { Grid } from './grid.ts';
import type { Layout } from './layout.ts';
import type { Window } from './lines.ts';

/** What a box is in the small: `rank` 0 is what needs a look most, and `glyph` stands for it wherever it is `isTelling`. */
export type MapMark = {
  readonly rank: number;
  readonly glyph: string;
  readonly isTelling: boolean;
  readonly style: number;
};

export type MapLook = {
  readonly ascii: boolean;
  readonly frameStyle: number;
  /** Of what is in the window. */
  readonly windowStyle: number;
};

/** Dots of a braille cell, row by row. */
const DOTS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
const BRAILLE = 0x2800;
/** The window where it has no box. */
const SHADE = ['░', '='] as const;
/** Around the frame stays a blank cell, so that no line of the drawing seems to lead into it. */
const AROUND = 2;

type Size = { readonly width: number; readonly height: number };

/** The frame of a map of a layout: as large as its shape allows in `max`, and no smaller than that it can be read. */
export function mapSize(layout: Size, max: Size): Size {
  // A cell of the map stands for as many columns as rows of the drawing, unless that makes it a line.
  const scale = Math.max(layout.width / (max.width - AROUND), layout.height / (max.height - AROUND));
  const fit = (total: number, most: number, least: number): number =>
    Math.min(most, Math.max(least, Math.ceil(total / scale) + AROUND));
  return { width: fit(layout.width, max.width, 10), height: fit(layout.height, max.height, 4) };
}

/**
 * All of a layout in the small, in a frame: boxes as dots, or in ASCII as the glyphs of their states; what needs a look is seen before anything
 * else in the same cell. The window is shaded.
 */
export function paintMap(
  layout: Layout,
  window: Window,
  size: Size,
  markOf: (id: string) => MapMark,
  look: MapLook,
): Grid {
  const grid = new Grid(size.width, size.height);
  const inner = { width: size.width - AROUND, height: size.height - AROUND };
  // Two columns and four rows of dots to a cell.
  const dotX = (x: number): number => scaled(x, layout.width, inner.width * 2);
  const dotY = (y: number): number => scaled(y, layout.height, inner.height * 4);
  const cells = new Map<number, { dots: number; mark: MapMark }>();
  for (const box of layout.boxes) {
    const mark = markOf(box.id);
    for (let y = dotY(box.y); y <= dotY(box.y + box.height - 1); y += 1) {
      for (let x = dotX(box.x); x <= dotX(box.x + box.width - 1); x += 1) {
        const at = (y >> 2) * inner.width + (x >> 1);
        const dot = DOTS[(y % 4) * 2 + (x % 2)] ?? 0;
        const known = cells.get(at);
        if (known === undefined) cells.set(at, { dots: dot, mark });
        else {
          known.dots |= dot;
          if (mark.rank < known.mark.rank) known.mark = mark;
        }
      }
    }
  }
  const isIn = (x: number, y: number): boolean =>
    x >= dotX(window.x) >> 1 &&
    x <= dotX(window.x + window.width - 1) >> 1 &&
    y >= dotY(window.y) >> 2 &&
    y <= dotY(window.y + window.height - 1) >> 2;
  paintFrame(grid, look, isIn);
  for (let y = 0; y < inner.height; y += 1) {
    for (let x = 0; x < inner.width; x += 1) {
      const cell = cells.get(y * inner.width + x);
      const isShown = isIn(x, y);
      if (cell === undefined) {
        if (isShown) grid.put(x + 1, y + 1, SHADE[look.ascii ? 1 : 0], look.windowStyle);
        continue;
      }
      const { mark, dots } = cell;
      const glyph = look.ascii || mark.isTelling ? mark.glyph : String.fromCodePoint(BRAILLE + dots);
      grid.put(x + 1, y + 1, glyph, isShown && !mark.isTelling ? look.windowStyle : mark.style);
    }
  }
  return grid;
}

function scaled(at: number, total: number, cells: number): number {
  return Math.min(cells - 1, Math.max(0, Math.floor((at * cells) / Math.max(1, total))));
}

/** The frame is heavy beside the window: a row and a column tell where it is without colours, too. */
function paintFrame(grid: Grid, look: MapLook, isIn: (x: number, y: number) => boolean): void {
  const { ascii, frameStyle, windowStyle } = look;
  const [right, bottom] = [grid.width - 1, grid.height - 1];
  const columns = Array.from({ length: right - 1 }, (_, x) => x);
  const rows = Array.from({ length: bottom - 1 }, (_, y) => y);
  for (const x of columns) {
    const isHeavy = rows.some((y) => isIn(x, y));
    const glyph = ascii ? (isHeavy ? '=' : '-') : isHeavy ? '━' : '┄';
    for (const y of [0, bottom]) grid.put(x + 1, y, glyph, isHeavy ? windowStyle : frameStyle);
  }
  for (const y of rows) {
    const isHeavy = columns.some((x) => isIn(x, y));
    const glyph = ascii ? (isHeavy ? '#' : '|') : isHeavy ? '┃' : '┊';
    for (const x of [0, right]) grid.put(x, y + 1, glyph, isHeavy ? windowStyle : frameStyle);
  }
  const corners = ascii ? ['.', '.', "'", "'"] : ['╭', '╮', '╰', '╯'];
  for (const [at, glyph] of corners.entries())
    grid.put(at % 2 === 0 ? 0 : right, at < 2 ? 0 : bottom, glyph, frameStyle);
}

/**
 * Puts a map into the corner of a grid where it hides least of the boxes, and not the one called `chosen` if that can be; with a blank cell
 * around it. `inner` is where the window stands in the grid. What states say does not count, so no change of state moves it.
 */
export function placeMap(
  grid: Grid,
  map: Grid,
  inner: Rect,
  layout: Layout,
  window: Window,
  chosen: string,
): void {
  const lefts = [inner.x + inner.width - map.width, inner.x];
  const tops = [inner.y, inner.y + inner.height - map.height];
  const places = tops.flatMap((y) => lefts.map((x) => ({ x, y, width: map.width, height: map.height })));
  const hidden = places.map((place) => {
    const { width, height } = place;
    const part = { x: place.x - inner.x + window.x, y: place.y - inner.y + window.y, width, height };
    return layout.boxes.reduce(
      (sum, box) => sum + overlap(part, box) * (box.id === chosen ? CHOSEN_WEIGHT : 1),
      0,
    );
  });
  const place = places[hidden.indexOf(Math.min(...hidden))];
  if (place === undefined) return;
  for (let y = -1; y <= map.height; y += 1) {
    for (let x = -1; x <= map.width; x += 1) {
      const [toX, toY] = [place.x + x, place.y + y];
      const isInside =
        toX >= inner.x && toX < inner.x + inner.width && toY >= inner.y && toY < inner.y + inner.height;
      if (!isInside) continue;
      // Half of a wide character would shift the row.
      if (grid.textAt(toX, toY) === '') grid.put(toX - 1, toY, ' ', 0);
      if (grid.textAt(toX + 1, toY) === '') grid.put(toX + 1, toY, ' ', 0);
      grid.put(toX, toY, map.textAt(x, y), map.styleAt(x, y));
    }
  }
}

type Rect = { readonly x: number; readonly y: number } & Size;
const CHOSEN_WEIGHT = 1_000;

/** Cells that both have. */
function overlap(a: Rect, b: Rect): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return across > 0 && down > 0 ? across * down : 0;
}
