import type { Painter } from '../theme.ts';
import type { Cells } from './cells.ts';
import { Pen } from './pen.ts';

/** Bytes of unchanged cells that are written again rather than jumped over: a jump takes as many. */
const BRIDGE_MAX_BYTES = 4;

/**
 * The bytes that turn a terminal that shows `before` into one that shows `after`; '' when nothing differs. Without `before`, or where the sizes
 * differ, everything is written anew. `paint` makes what is sent of the style of a cell.
 */
export function difference(before: Cells | undefined, after: Cells, paint: Painter = (sgr) => sgr): string {
  const isFresh = before === undefined || before.width !== after.width || before.height !== after.height;
  const known = isFresh ? undefined : before;
  const pen = new Pen(after.width, paint, isFresh ? '\u001B[0m\u001B[2J' : '');
  for (let y = 0; y < after.height; y += 1) writeRow(pen, known, after, y);
  return pen.bytes;
}

function writeRow(pen: Pen, before: Cells | undefined, after: Cells, y: number): void {
  for (let x = 0; x < after.width; x += 1) {
    if (isSame(before, after, x, y) || after.text(x, y) === '') continue;
    const gap = pen.gapTo(x, y);
    if (gap > 0 && isBridge(pen, after, x - gap, x, y))
      for (let at = x - gap; at < x; at += 1) writeCell(pen, after, at, y);
    else pen.moveTo(x, y);
    writeCell(pen, after, x, y);
  }
}

function writeCell(pen: Pen, cells: Cells, x: number, y: number): void {
  const text = cells.text(x, y);
  const isWide = x + 1 < cells.width && cells.text(x + 1, y) === '';
  if (text !== '') pen.write(text, isWide ? 2 : 1, cells.style(x, y));
}

/** Whether the cells from `from` up to `to` cost less than a jump. */
function isBridge(pen: Pen, cells: Cells, from: number, to: number, y: number): boolean {
  let left = BRIDGE_MAX_BYTES;
  for (let x = from; x < to && left >= 0; x += 1) {
    const text = cells.text(x, y);
    left -= text >= ' ' && text <= '~' ? 1 : text.length * 3;
    if (!pen.writesIn(cells.style(x, y))) return false;
  }
  return left >= 0;
}

/** A wide grapheme is the same only when both its cells are. */
function isSame(before: Cells | undefined, after: Cells, x: number, y: number): boolean {
  if (before === undefined) return false;
  if (before.text(x, y) !== after.text(x, y) || before.style(x, y) !== after.style(x, y)) return false;
  if (after.text(x + 1, y) !== '' || x + 1 >= after.width) return true;
  return before.text(x + 1, y) === '';
}
