import { canvasSgr } from '../theme.ts';
import type { Canvas, Screen } from '../scene.ts';
import type { Rect } from '../regions.ts';
import { asciiCell } from './ascii.ts';
import type { Cells } from './cells.ts';

export type Style = { readonly ascii: boolean; readonly isColored: boolean };

/** The panes with the canvas over them, but not over a dialog; what is not true any more is faded. `spare` is used for that if it can be. */
export function composeCells(
  panes: Cells,
  { canvas, dialog, faded }: Pick<Screen, 'canvas' | 'dialog' | 'faded'>,
  style: Style,
  spare?: Cells,
): Cells {
  const cells = panes.copy(spare);
  if (canvas !== undefined) paintCanvas(cells, canvas, dialog?.rect, style);
  if (faded !== undefined) fade(cells, faded, dialog?.rect);
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
