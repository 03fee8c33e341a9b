import { arrowHead, borderGlyphs, lineGlyph } from './glyphs.ts';
import { Grid } from './grid.ts';
import type { Box, Layout } from './layout.ts';
import { edgeWay, Lines } from './lines.ts';
import type { Window } from './lines.ts';
import { cellsOf, fitText, sanitizeText } from './text.ts';

/**
 * What stands in a box: lines from the top, one cell of padding at each side, so a text of `width - 4` cells fits. A box of one row
 * is a pill, between two brackets, and shows the first line alone.
 */
export type BoxContent = {
  readonly lines: readonly { readonly text: string; readonly style: number }[];
  readonly borderStyle: number;
  /** Draws the border double, for the selected box; a pill gets square brackets. */
  readonly double?: boolean;
};

/** Boxes that are less high have no border. */
const BORDERED_MIN = 3;

export type PaintOptions = {
  readonly ascii?: boolean;
  readonly lineStyle?: number;
  /** Edges, as indices into the topology's, whose lines are painted in `highlightStyle`. */
  readonly highlight?: ReadonlySet<number>;
  readonly highlightStyle?: number;
  /** What stands in the border where an edge enters, by its index, as far as there is room; nowhere in pills. */
  readonly labels?: ReadonlyMap<number, string>;
  /** The part to paint; all of it by default. The grid is as large as the window. */
  readonly window?: Window;
};

/**
 * Paints a layout, or the part in the window, at the cost of the window and not of the whole. `contentOf` is asked only for boxes that
 * are seen, and what it says moves nothing: texts are stripped of control bytes and cut to the box.
 */
export function paintGraph(
  layout: Layout,
  contentOf: (id: string) => BoxContent,
  options: PaintOptions = {},
): Grid {
  const window = options.window ?? { x: 0, y: 0, width: layout.width, height: layout.height };
  const grid = new Grid(window.width, window.height);
  const seen = layout.boxes.filter((box) => isSeen(box, window));
  for (const box of seen) paintBox(grid, window, box, contentOf(box.id), options.ascii ?? false);
  paintLines(grid, window, layout, options);
  paintEnds(grid, window, layout, options);
  paintLabels(grid, window, layout, options);
  return grid;
}

/** The rows joined by newlines, without trailing blanks. */
export function gridToText(grid: Grid): string {
  return Array.from({ length: grid.height }, (_, y) => grid.row(y).trimEnd()).join('\n');
}

function isSeen(box: Box, window: Window): boolean {
  return (
    box.x < window.x + window.width &&
    box.x + box.width > window.x &&
    box.y < window.y + window.height &&
    box.y + box.height > window.y
  );
}

function paintBox(grid: Grid, window: Window, box: Box, content: BoxContent, ascii: boolean): void {
  if (box.height < BORDERED_MIN) paintPill(grid, window, box, content, ascii);
  else paintBordered(grid, window, box, content, ascii);
}

function paintPill(grid: Grid, window: Window, box: Box, content: BoxContent, ascii: boolean): void {
  const [open, close] = content.double ? ['[', ']'] : ['(', ')'];
  const line = content.lines[0];
  const style = line?.style ?? 0;
  const text = cellsOf(fitText(line?.text ?? '', box.width - 2, ascii ? '~' : '…'));
  const left = box.x - window.x;
  const y = box.y - window.y;
  grid.put(left, y, open, content.borderStyle);
  for (const [at, cell] of text.entries()) grid.put(left + 1 + at, y, cell, style);
  grid.put(left + box.width - 1, y, close, content.borderStyle);
}

function paintBordered(grid: Grid, window: Window, box: Box, content: BoxContent, ascii: boolean): void {
  const glyphs = borderGlyphs(content.double ?? false, ascii);
  const style = content.borderStyle;
  const left = box.x - window.x;
  const top = box.y - window.y;
  const right = left + box.width - 1;
  const bottom = top + box.height - 1;
  for (let x = Math.max(left, 0); x <= Math.min(right, grid.width - 1); x += 1) {
    grid.put(x, top, x === left ? glyphs.topLeft : x === right ? glyphs.topRight : glyphs.horizontal, style);
    grid.put(
      x,
      bottom,
      x === left ? glyphs.bottomLeft : x === right ? glyphs.bottomRight : glyphs.horizontal,
      style,
    );
  }
  for (let y = top + 1; y < bottom; y += 1) {
    grid.put(left, y, glyphs.vertical, style);
    grid.put(right, y, glyphs.vertical, style);
  }
  const width = box.width - 2 * box.inset - 4;
  for (const [row, line] of content.lines.slice(0, Math.max(0, box.height - 2)).entries()) {
    let x = left + box.inset + 2;
    for (const cell of cellsOf(fitText(line.text, width, ascii ? '~' : '…'))) {
      grid.put(x, top + 1 + row, cell, line.style);
      x += 1;
    }
  }
}

function paintLines(grid: Grid, window: Window, layout: Layout, options: PaintOptions): void {
  const lines = new Lines(window);
  const drawn = new Set<unknown>();
  for (const [box, wires] of layout.wiresOf.entries()) {
    if (drawn.has(wires)) continue;
    drawn.add(wires);
    for (const wire of wires) lines.draw(wire, box + 1);
  }
  for (const index of options.highlight ?? []) {
    const edge = layout.edges[index];
    if (edge === undefined) continue;
    for (const { wire, top, bottom } of edgeWay(layout, edge)) lines.mark(wire, top, bottom);
  }
  for (let y = 0; y < grid.height; y += 1) {
    for (let x = 0; x < grid.width; x += 1) {
      const bits = lines.bits(x + window.x, y + window.y);
      if (bits === 0) continue;
      const marked = lines.marked(x + window.x, y + window.y);
      const style = marked ? (options.highlightStyle ?? 0) : (options.lineStyle ?? 0);
      grid.put(x, y, lineGlyph(bits, options.ascii ?? false), style);
    }
  }
}

/** Heads where wires enter boxes, and the notches where they leave. */
function paintEnds(grid: Grid, window: Window, layout: Layout, options: PaintOptions): void {
  const head = arrowHead(options.ascii ?? false);
  for (const wire of layout.wires) {
    for (const pin of wire.bottoms) {
      const x = pin.x - window.x;
      const y = pin.y - window.y;
      if (pin.box !== undefined) grid.put(x, y, head, grid.at(x, y)?.style ?? 0);
    }
    for (const pin of wire.tops) {
      const x = pin.x - window.x;
      const y = pin.y - 1 - window.y;
      if (pin.box === undefined || isPill(layout, pin.box)) continue;
      const cell = grid.at(x, y);
      if (cell === undefined) continue;
      const exit = borderGlyphs(cell.text === '═' || cell.text === '=', options.ascii ?? false).exit;
      grid.put(x, y, exit, cell.style);
    }
  }
}

/** Of all borders: what a label may stand on. */
const HORIZONTALS = new Set(['─', '═', '-', '=']);

function isPill(layout: Layout, box: number): boolean {
  return (layout.boxes[box]?.height ?? 0) < BORDERED_MIN;
}

function paintLabels(grid: Grid, window: Window, layout: Layout, { labels }: PaintOptions): void {
  for (const [index, label] of labels ?? []) {
    const edge = layout.edges[index];
    const box = layout.boxes[edge?.to ?? -1];
    if (edge === undefined || box === undefined || isPill(layout, edge.to)) continue;
    const pins = (layout.wiresOf[edge.from] ?? []).flatMap(({ bottoms }) => bottoms);
    const pin = pins.find((bottom) => bottom.box === edge.to);
    if (pin === undefined) continue;
    const y = box.y - window.y;
    const cells = cellsOf(sanitizeText(label));
    const places = cells.map((_, at) => pin.x - window.x + 1 + at);
    if (places.every((x) => HORIZONTALS.has(grid.at(x, y)?.text ?? '')))
      for (const [at, x] of places.entries()) grid.put(x, y, cells[at] ?? '', grid.at(x, y)?.style ?? 0);
  }
}
