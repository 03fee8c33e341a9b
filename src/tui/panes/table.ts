import { textWidth } from '../../graph/text.ts';
import { fitLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';

export type Column = {
  readonly title: string;
  readonly alignsRight?: boolean;
  /** Left out where the table is narrower than this; always shown by default. */
  readonly fromWidth?: number;
};

/** The header and the rows of a table, in columns as wide as their widest cell; what has no room on the right is cut. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Line[])[],
  width: number,
): { readonly header: Line; readonly rows: readonly Line[] } {
  const shown = columns.flatMap(({ fromWidth = 0 }, at) => (width >= fromWidth ? [at] : []));
  const widths = columns.map(({ title }, at) =>
    rows.reduce((widest, row) => Math.max(widest, lineWidth(row[at] ?? [])), textWidth(title)),
  );
  const lineOf = (cells: readonly Line[]): Line =>
    shown.flatMap((at) => [
      ...padCell(cells[at] ?? [], widths[at] ?? 0, columns[at]?.alignsRight),
      span('  '),
    ]);
  const header = lineOf(columns.map(({ title }): Line => [span(title, 'muted')]));
  return {
    header: fitLine([span(' '), ...header], width),
    rows: rows.map((row) => fitLine([span(' '), ...lineOf(row)], width)),
  };
}

function padCell(cell: Line, width: number, alignsRight = false): Line {
  const blank = span(' '.repeat(Math.max(0, width - lineWidth(cell))));
  return alignsRight ? [blank, ...cell] : [...cell, blank];
}
