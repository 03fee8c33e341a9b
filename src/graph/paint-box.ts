import { borderGlyphs, pillEnds } from './glyphs.ts';
import type { Grid } from './grid.ts';
import type { Window } from './lines.ts';
import type { Box } from './part-layout.ts';
import { cellsOf, fitText } from './text.ts';

/**
 * What stands in a box: lines from the top, one cell of padding at each side, so a text of `width - 4` cells fits. A pill has no border
 * but two brackets, and shows the first line alone.
 */
export type BoxContent = {
  readonly lines: readonly { readonly text: string; readonly style: number }[];
  readonly borderStyle: number;
  /** Draws the border double, for the selected box; a pill gets square brackets. */
  readonly double?: boolean;
};

/** Whether any of a box stands in the window. */
export function isSeen(box: Box, window: Window): boolean {
  return (
    box.x < window.x + window.width &&
    box.x + box.width > window.x &&
    box.y < window.y + window.height &&
    box.y + box.height > window.y
  );
}

/** Paints a box with its texts, cut to it, as far as it stands in the window. */
export function paintBox(grid: Grid, window: Window, box: Box, content: BoxContent, ascii: boolean): void {
  if (box.isPill) paintPill(grid, window, box, content, ascii);
  else paintBordered(grid, window, box, content, ascii);
}

function paintPill(grid: Grid, window: Window, box: Box, content: BoxContent, ascii: boolean): void {
  const line = content.lines[0];
  const text = cellsOf(fitText(line?.text ?? '', box.width - 2, ascii ? '~' : '…'));
  const left = box.x - window.x;
  for (let row = 0; row < box.height; row += 1) {
    const y = box.y - window.y + row;
    const [open = '', close = ''] = pillEnds(row, box.height, content.double ?? false, ascii);
    grid.put(left, y, open, content.borderStyle);
    grid.put(left + box.width - 1, y, close, content.borderStyle);
    if (row !== box.insetTop) continue;
    for (const [at, cell] of text.entries()) grid.put(left + 1 + at, y, cell, line?.style ?? 0);
  }
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
  const width = box.width - 2 * box.insetLeft - 4;
  for (const [row, line] of content.lines.slice(0, Math.max(0, box.height - 2 - box.insetTop)).entries()) {
    let x = left + box.insetLeft + 2;
    for (const cell of cellsOf(fitText(line.text, width, ascii ? '~' : '…'))) {
      grid.put(x, top + 1 + box.insetTop + row, cell, line.style);
      x += 1;
    }
  }
}
