/** Boxes as a person sees them in the text of a drawing: with a border, or pills between brackets. */
export type ReadBox = {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isPill: boolean;
};

/** A cell of a border in which a line leaves. */
export type Notch = { readonly box: ReadBox; readonly x: number; readonly y: number };

type Border = {
  readonly corners: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly down: string;
  readonly right: string;
};

const BORDERS: readonly Border[] = [
  { corners: '┌┐└┘', horizontal: '─', vertical: '│', down: '┬', right: '├' },
  { corners: '╔╗╚╝', horizontal: '═', vertical: '║', down: '╤', right: '╟' },
];
const ASCII_BORDERS: readonly Border[] = [
  { corners: '++++', horizontal: '-', vertical: '|', down: '+', right: '+' },
  { corners: '####', horizontal: '=', vertical: '#', down: '+', right: '+' },
];
/** Of pills: the ends of the first row, of those between, and of the last one. */
const PILLS = ['╭╮││╰╯', '┏┓┃┃┗┛'];
const SINGLE_PILLS = ['()', '[]'];
/** `1:1`, `all`, `35:2` beside a head. */
const LABEL = /^[0-9:al]$/;

export type Cells = { at(x: number, y: number): string; readonly width: number; readonly height: number };

const MARK = /^\p{M}/u;
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation})/u;

/** A text as a terminal would show it: a wide character takes two cells, the second of which is '', and a mark none. */
export function cellsOfText(text: string): Cells {
  const rows = text.split('\n').map((row) => {
    const cells: string[] = [];
    for (const glyph of row) {
      if (MARK.test(glyph) && cells.length > 0) cells[cells.length - 1] += glyph;
      else cells.push(glyph, ...(WIDE.test(glyph) ? [''] : []));
    }
    return cells;
  });
  return {
    at: (x, y) => rows[y]?.[x] ?? ' ',
    width: Math.max(...rows.map((row) => row.length)),
    height: rows.length,
  };
}

/** All boxes from the top left, and the notches in their borders. */
export function findBoxes(
  cells: Cells,
  ascii: boolean,
): { boxes: ReadBox[]; notches: Notch[]; inBox: Set<string> } {
  const boxes: ReadBox[] = [];
  const notches: Notch[] = [];
  const inBox = new Set<string>();
  for (let y = 0; y < cells.height; y += 1) {
    for (let x = 0; x < cells.width; x += 1) {
      if (inBox.has(`${x},${y}`) || cells.at(x, y) === ' ') continue;
      const found = borderedAt(cells, x, y, ascii) ?? pillAt(cells, x, y, ascii);
      if (found === undefined) continue;
      boxes.push(found.box);
      notches.push(...found.notches);
      const { width, height } = found.box;
      for (let row = y; row < y + height; row += 1)
        for (let column = x; column < x + width; column += 1) inBox.add(`${column},${row}`);
    }
  }
  return { boxes, notches, inBox };
}

type Found = { readonly box: ReadBox; readonly notches: readonly Notch[] };

/** A box has a top border without any notch, a left side without one, and notches in the bottom border or at the right side. */
function borderedAt(cells: Cells, x: number, y: number, ascii: boolean): Found | undefined {
  for (const border of ascii ? ASCII_BORDERS : BORDERS) {
    const [topLeft, topRight, bottomLeft, bottomRight] = border.corners;
    if (cells.at(x, y) !== topLeft) continue;
    let right = x + 1;
    while (cells.at(right, y) === border.horizontal || LABEL.test(cells.at(right, y))) right += 1;
    if (right < x + 2 || cells.at(right, y) !== topRight) continue;
    let bottom = y + 1;
    const isSide = (row: number): boolean =>
      cells.at(x, row) === border.vertical && [border.vertical, border.right].includes(cells.at(right, row));
    const isEnd = (row: number): boolean =>
      cells.at(x, row) === bottomLeft &&
      cells.at(right, row) === bottomRight &&
      columns(x, right).every((column) => [border.horizontal, border.down].includes(cells.at(column, row)));
    while (!isEnd(bottom) && isSide(bottom)) bottom += 1;
    if (bottom < y + 2 || !isEnd(bottom)) continue;
    const box = boxOf(cells, x, y, right, bottom, false);
    const below = columns(x, right).filter((column) => cells.at(column, bottom) === border.down);
    const beside = columns(y, bottom).filter((row) => cells.at(right, row) === border.right);
    return {
      box,
      notches: [
        ...below.map((column) => ({ box, x: column, y: bottom })),
        ...beside.map((row) => ({ box, x: right, y: row })),
      ],
    };
  }
  return undefined;
}

function pillAt(cells: Cells, x: number, y: number, ascii: boolean): Found | undefined {
  for (const [open, close] of SINGLE_PILLS) {
    if (cells.at(x, y) !== open) continue;
    const right = ahead(cells, x, y, close ?? '');
    if (right === undefined) return undefined;
    let bottom = y;
    while (cells.at(x, bottom + 1) === ':' && cells.at(right, bottom + 1) === ':') bottom += 1;
    return { box: boxOf(cells, x, y, right, bottom, true), notches: [] };
  }
  for (const ends of ascii ? [] : PILLS) {
    const [topLeft, topRight = '', left, right, bottomLeft, bottomRight] = ends;
    if (cells.at(x, y) !== topLeft) continue;
    const end = ahead(cells, x, y, topRight);
    if (end === undefined) return undefined;
    let bottom = y + 1;
    while (cells.at(x, bottom) === left && cells.at(end, bottom) === right) bottom += 1;
    if (cells.at(x, bottom) !== bottomLeft || cells.at(end, bottom) !== bottomRight) continue;
    return { box: boxOf(cells, x, y, end, bottom, true), notches: [] };
  }
  return undefined;
}

function ahead(cells: Cells, x: number, y: number, glyph: string): number | undefined {
  for (let end = x + 1; end < cells.width; end += 1) if (cells.at(end, y) === glyph) return end;
  return undefined;
}

/** What stands between two columns, or rows. */
function columns(from: number, to: number): number[] {
  return Array.from({ length: to - from - 1 }, (_, at) => from + 1 + at);
}

function boxOf(cells: Cells, x: number, y: number, right: number, bottom: number, isPill: boolean): ReadBox {
  const rows = isPill ? [y - 1, bottom + 1] : [y, bottom];
  const texts = columns(rows[0] ?? y, rows[1] ?? bottom).map((row) =>
    columns(x, right)
      .map((column) => cells.at(column, row))
      .join('')
      .trim(),
  );
  const name = texts.find((text) => text !== '') ?? '';
  return { name, x, y, width: right - x + 1, height: bottom - y + 1, isPill };
}
