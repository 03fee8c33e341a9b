import { cellsOf, textWidth } from '../graph/text.ts';
import type { LogLine } from './log-text.ts';

/** Where the screen begins in a log: at a line, and of one that is wrapped at a row. */
export type LogPlace = { readonly index: number; readonly row: number };

/** What a pane shows of lines: so many rows, of so many cells for the text. */
export type LogWindow = {
  readonly lines: readonly LogLine[];
  readonly width: number;
  readonly height: number;
  readonly isWrapped: boolean;
};

/** A row of the pane; `row` is 0 where a line begins. */
export type LogRow = { readonly line: LogLine; readonly row: number };

/** Where a text is cut for rows of `width` cells: begin and end of each row, in characters. A wide character is never cut in two. */
export function rowSlices(text: string, width: number): (readonly [start: number, end: number])[] {
  if (text.length <= width && textWidth(text) <= width) return [[0, text.length]];
  const slices: (readonly [number, number])[] = [];
  let [start, at, used] = [0, 0, 0];
  for (const [cells, length] of graphemeSizes(text)) {
    if (used + cells > width && used > 0) {
      slices.push([start, at]);
      [start, used] = [at, 0];
    }
    at += length;
    used += cells;
  }
  return [...slices, [start, text.length]];
}

/** Cells and characters of each grapheme. */
function graphemeSizes(text: string): (readonly [cells: number, length: number])[] {
  const sizes: [number, number][] = [];
  for (const cell of cellsOf(text)) {
    const last = sizes.at(-1);
    if (cell === '' && last !== undefined) last[0] += 1;
    else sizes.push([1, cell.length]);
  }
  return sizes;
}

function rowCount(line: LogLine | undefined, { isWrapped, width }: LogWindow): number {
  return isWrapped && line !== undefined ? rowSlices(line.text, width).length : 1;
}

/** The last place from which the pane is full. */
export function lastPlace(window: LogWindow): LogPlace {
  return movePlace({ index: window.lines.length, row: 0 }, -window.height, window);
}

/** So many rows on, or back; not before the first. May pass the last place. */
export function movePlace(from: LogPlace, rows: number, window: LogWindow): LogPlace {
  const { lines } = window;
  let { index, row } = from;
  let left = rows;
  for (; left < 0;) {
    if (row > 0) {
      const back = Math.min(row, -left);
      row -= back;
      left += back;
    } else if (index === 0) return { index: 0, row: 0 };
    else {
      index -= 1;
      row = rowCount(lines[index], window);
    }
  }
  for (; left > 0 && index < lines.length;) {
    const here = rowCount(lines[index], window) - row;
    if (left < here) {
      row += left;
      left = 0;
    } else {
      left -= here;
      index += 1;
      row = 0;
    }
  }
  return { index, row };
}

/** The place, or the last one where it is beyond that. */
export function clampPlace(place: LogPlace, window: LogWindow): LogPlace {
  const last = lastPlace(window);
  return isBefore(place, last) ? place : last;
}

export function isBefore(one: LogPlace, other: LogPlace): boolean {
  return one.index < other.index || (one.index === other.index && one.row < other.row);
}

/** What stands in the pane from a place on. */
export function rowsFrom({ index, row }: LogPlace, window: LogWindow): LogRow[] {
  const rows: LogRow[] = [];
  for (let at = index; at < window.lines.length && rows.length < window.height; at += 1) {
    const line = window.lines[at];
    if (line === undefined) break;
    const count = rowCount(line, window);
    for (let next = at === index ? row : 0; next < count && rows.length < window.height; next += 1)
      rows.push({ line, row: next });
  }
  return rows;
}
