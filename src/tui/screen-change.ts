import type { Block, Screen } from './scene.ts';
import type { Line } from './span.ts';

/** A line of a block where it stands; what it does not fill is blank. */
export type Row = { readonly x: number; readonly y: number; readonly width: number; readonly line: Line };

export type Change = {
  readonly rows: readonly Row[];
  /** These are all rows of the screen, since blocks stand elsewhere than before or a dialog covers some. */
  readonly isWhole: boolean;
};

/** The rows of `after` that look other than in `before`: Ink, which lays out anew all that it is given, gets no more than that. */
export function changeOf(before: Screen | undefined, after: Screen): Change {
  const rows = rowsOf(after);
  if (before === undefined || before.width !== after.width || before.height !== after.height)
    return { rows, isWhole: true };
  const known = rowsOf(before);
  const isElsewhere = known.length !== rows.length || rows.some((row, at) => !isSamePlace(row, known[at]));
  if (isElsewhere) return { rows, isWhole: true };
  const changed = rows.filter(({ line }, at) => !isSameLine(line, known[at]?.line ?? []));
  // Rows below a dialog may not be drawn over it.
  const isCovered = after.dialog !== undefined && changed.length > 0;
  return isCovered ? { rows, isWhole: true } : { rows: changed, isWhole: false };
}

/** The dialog comes last: it stands over the others. */
function rowsOf({ blocks, dialog }: Screen): Row[] {
  return [...blocks, ...(dialog === undefined ? [] : [dialog])].flatMap(rowsOfBlock);
}

function rowsOfBlock({ rect, lines }: Block): Row[] {
  const { x, width } = rect;
  return Array.from({ length: rect.height }, (_, at) => ({
    x,
    width,
    y: rect.y + at,
    line: lines[at] ?? [],
  }));
}

function isSamePlace(a: Row, b: Row | undefined): boolean {
  return a.x === b?.x && a.y === b.y && a.width === b.width;
}

function isSameLine(a: Line, b: Line): boolean {
  return (
    a.length === b.length &&
    a.every((part, at) => {
      const same = b[at];
      return (
        part.text === same?.text &&
        part.tone === same.tone &&
        part.isBold === same.isBold &&
        part.isInverse === same.isInverse
      );
    })
  );
}
