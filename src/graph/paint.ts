import { arrowHead, exitGlyph, lineGlyph, turnedBits } from './glyphs.ts';
import { Grid } from './grid.ts';
import { turned } from './layout.ts';
import type { Layout } from './layout.ts';
import { edgeWay, Lines } from './lines.ts';
import type { Window } from './lines.ts';
import { isSeen, paintBox } from './paint-box.ts';
import type { BoxContent } from './paint-box.ts';
import { cellsOf, sanitizeText } from './text.ts';
import type { Flow } from './topology.ts';

export type { BoxContent } from './paint-box.ts';

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

function paintLines(grid: Grid, window: Window, layout: Layout, options: PaintOptions): void {
  const { flow } = layout;
  const lines = new Lines(turnedWindow(flow, window));
  for (const [index, wire] of layout.wires.entries()) lines.draw(wire, index + 1);
  for (const index of options.highlight ?? [])
    for (const { wire, top, bottom } of edgeWay(layout, index)) lines.mark(wire, top, bottom);
  for (let y = 0; y < grid.height; y += 1) {
    for (let x = 0; x < grid.width; x += 1) {
      const at = turned(flow, { x: x + window.x, y: y + window.y });
      const bits = lines.bits(at.x, at.y);
      if (bits === 0) continue;
      const style = lines.marked(at.x, at.y) ? (options.highlightStyle ?? 0) : (options.lineStyle ?? 0);
      grid.put(x, y, lineGlyph(flow === 'down' ? bits : turnedBits(bits), options.ascii ?? false), style);
    }
  }
}

function turnedWindow(flow: Flow, window: Window): Window {
  return flow === 'down' ? window : { x: window.y, y: window.x, width: window.height, height: window.width };
}

/** Heads where wires enter boxes, and the notches where they leave. */
function paintEnds(grid: Grid, window: Window, layout: Layout, options: PaintOptions): void {
  const { flow } = layout;
  const ascii = options.ascii ?? false;
  const head = arrowHead(flow, ascii);
  const placeOf = (pin: { readonly x: number; readonly y: number }): { x: number; y: number } => {
    const { x, y } = turned(flow, pin);
    return { x: x - window.x, y: y - window.y };
  };
  for (const wire of layout.wires) {
    for (const pin of wire.bottoms) {
      const { x, y } = placeOf(pin);
      if (pin.box !== undefined) grid.put(x, y, head, grid.at(x, y)?.style ?? 0);
    }
    for (const pin of wire.tops) {
      if (pin.box === undefined || layout.boxes[pin.box]?.isPill === true) continue;
      const { x, y } = placeOf({ x: pin.x, y: pin.y - 1 });
      const cell = grid.at(x, y);
      if (cell !== undefined) grid.put(x, y, exitGlyph(cell.text, flow, ascii), cell.style);
    }
  }
}

/** Of all borders: what a label may stand on. */
const HORIZONTALS = new Set(['─', '═', '-', '=']);

/** Beside the heads of lines that come from above. */
function paintLabels(grid: Grid, window: Window, layout: Layout, { labels }: PaintOptions): void {
  if (layout.flow !== 'down') return;
  for (const [index, label] of labels ?? []) {
    const box = layout.boxes[layout.edges[index]?.to ?? -1];
    const pin = edgeWay(layout, index).at(-1)?.bottom;
    if (box === undefined || pin === undefined) continue;
    const y = box.y - window.y;
    const cells = cellsOf(sanitizeText(label));
    const places = cells.map((_, at) => pin.x - window.x + 1 + at);
    if (!places.every((x) => HORIZONTALS.has(grid.at(x, y)?.text ?? ''))) continue;
    for (const [at, x] of places.entries()) grid.put(x, y, cells[at] ?? '', grid.at(x, y)?.style ?? 0);
  }
}
