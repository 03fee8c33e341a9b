import { cellsOf } from '../graph/text.ts';
import type { Screen } from './scene.ts';
import { changeOf } from './screen-change.ts';
import type { Row } from './screen-change.ts';
import { Cells } from './terminal/cells.ts';
import { readFrame } from './terminal/frame-reader.ts';
import { spanSgr } from './theme.ts';

/** Draws rows at their places, as a frame of the whole screen in which nothing else stands. */
export type DrawRows = (
  rows: readonly Row[],
  size: { readonly width: number; readonly height: number },
  isColored: boolean,
) => string;

/**
 * The panes as cells, brought up to date row by row. Ink draws them; loading it takes longer than all the rest of a start, so what is to be
 * seen before that is put into the cells without it, and looks the same.
 */
export class PanesPainter {
  #draw: DrawRows | undefined;
  #shown: Screen | undefined;
  #cells = new Cells(0, 0);

  /** From now on `draw` is asked. */
  drawWith(draw: DrawRows): void {
    this.#draw = draw;
  }

  /** The next screen is painted whole. */
  forget(): void {
    this.#shown = undefined;
  }

  /** The cells belong to the painter: the next call changes them. */
  paint(screen: Screen, isColored: boolean): Cells {
    const { width, height } = screen;
    const { rows, isWhole } = changeOf(this.#shown, screen);
    this.#shown = screen;
    if (isWhole) this.#cells = new Cells(width, height);
    if (rows.length === 0) return this.#cells;
    if (this.#draw === undefined) putRows(this.#cells, rows, isColored);
    else copyRows(this.#cells, rows, this.#draw(rows, screen, isColored));
    return this.#cells;
  }
}

function putRows(cells: Cells, rows: readonly Row[], isColored: boolean): void {
  for (const { x, y, width, line } of rows) {
    const end = x + width;
    let at = x;
    for (const part of line) {
      const style = spanSgr(part, isColored);
      for (const text of cellsOf(part.text)) {
        if (at < end) cells.put(at, y, text, style);
        at += 1;
      }
    }
    for (; at < end; at += 1) cells.put(at, y, ' ', '');
  }
}

function copyRows(cells: Cells, rows: readonly Row[], frame: string): void {
  const drawn = new Cells(cells.width, cells.height);
  readFrame(frame, drawn);
  for (const { x, y, width } of rows) {
    for (let at = x; at < x + width; at += 1) cells.put(at, y, drawn.text(at, y), drawn.style(at, y));
  }
}
