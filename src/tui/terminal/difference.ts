import type { Painter } from '../theme.ts';
import type { Cells } from './cells.ts';

/** Unchanged cells that are written again rather than jumped over: a cursor move takes about as many bytes. */
const BRIDGE_MAX = 4;

/**
 * The bytes that turn a terminal that shows `before` into one that shows `after`; '' when nothing differs. Without `before`, or where the sizes
 * differ, everything is written anew. `paint` makes what is sent of the style of a cell.
 */
export function difference(before: Cells | undefined, after: Cells, paint: Painter = (sgr) => sgr): string {
  const isFresh = before === undefined || before.width !== after.width || before.height !== after.height;
  const known = isFresh ? undefined : before;
  let out = isFresh ? '\u001B[0m\u001B[2J' : '';
  for (let y = 0; y < after.height; y += 1) out += rowDifference(known, after, y, paint);
  return out === '' ? '' : `${out}\u001B[0m`;
}

function rowDifference(before: Cells | undefined, after: Cells, y: number, paint: Painter): string {
  let out = '';
  let style: string | undefined;
  /** Where the terminal's cursor stands in this row; -1 elsewhere. */
  let cursor = -1;
  for (let x = 0; x < after.width; x += 1) {
    if (isSame(before, after, x, y) || after.text(x, y) === '') continue;
    const gap = cursor < 0 ? Infinity : x - cursor;
    const from = gap <= BRIDGE_MAX ? cursor : x;
    if (from === x && gap !== 0) out += `\u001B[${y + 1};${x + 1}H`;
    for (let at = from; at <= x; at += 1) {
      const text = after.text(at, y);
      if (text === '') continue;
      if (style !== after.style(at, y)) {
        style = after.style(at, y);
        const sgr = paint(style);
        out += sgr === '' ? '\u001B[0m' : `\u001B[0;${sgr}m`;
      }
      out += text;
    }
    cursor = x + (after.text(x + 1, y) === '' && x + 1 < after.width ? 2 : 1);
  }
  return out;
}

/** A wide grapheme is the same only when both its cells are. */
function isSame(before: Cells | undefined, after: Cells, x: number, y: number): boolean {
  if (before === undefined) return false;
  if (before.text(x, y) !== after.text(x, y) || before.style(x, y) !== after.style(x, y)) return false;
  if (after.text(x + 1, y) !== '' || x + 1 >= after.width) return true;
  return before.text(x + 1, y) === '';
}
