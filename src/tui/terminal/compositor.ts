import { canvasSgr } from '../theme.ts';
import type { Canvas, Screen } from '../scene.ts';
import type { Rect } from '../regions.ts';
import { asciiCell } from './ascii.ts';
import { Cells } from './cells.ts';
import { readFrame } from './frame-reader.ts';

export type Style = { readonly ascii: boolean; readonly isColored: boolean };

/** Puts the canvas over the frame that Ink drew, but not over a dialog. */
export function composeCells(frame: string, screen: Screen, style: Style): Cells {
  const cells = new Cells(screen.width, screen.height);
  readFrame(frame, cells);
  if (screen.canvas !== undefined) paintCanvas(cells, screen.canvas, screen.dialog?.rect, style);
  if (screen.faded !== undefined) fade(cells, screen.faded, screen.dialog?.rect);
  if (style.ascii) toAscii(cells);
  return cells;
}

function paintCanvas(
  cells: Cells,
  { rect, grid }: Canvas,
  cover: Rect | undefined,
  { isColored }: Style,
): void {
  const sgrs: string[] = [];
  for (let y = 0; y < Math.min(rect.height, grid.height); y += 1) {
    for (let x = 0; x < Math.min(rect.width, grid.width); x += 1) {
      if (isInside(rect.x + x, rect.y + y, cover)) continue;
      const style = grid.styleAt(x, y);
      const sgr = (sgrs[style] ??= canvasSgr(style, isColored));
      cells.put(rect.x + x, rect.y + y, grid.textAt(x, y), sgr);
    }
  }
}

const FADED = '2';
/** The chosen line stays to be seen. */
const FADED_INVERSE = '2;7';

function fade(cells: Cells, { x: left, y: top, width, height }: Rect, cover: Rect | undefined): void {
  for (let y = top; y < top + height; y += 1) {
    for (let x = left; x < left + width; x += 1) {
      if (isInside(x, y, cover)) continue;
      const isInverse = cells.style(x, y).split(';').includes('7');
      cells.restyle(x, y, isInverse ? FADED_INVERSE : FADED);
    }
  }
}

function isInside(x: number, y: number, rect: Rect | undefined): boolean {
  if (rect === undefined) return false;
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

function toAscii(cells: Cells): void {
  for (let y = 0; y < cells.height; y += 1) {
    for (let x = cells.width - 1; x >= 0; x -= 1) {
      const text = cells.text(x, y);
      cells.put(x, y, asciiCell(text), cells.style(x, y));
    }
  }
}
