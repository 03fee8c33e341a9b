import { CROSSING, DOWN, LEFT, RIGHT, UP } from './lines.ts';
import type { Flow } from './topology.ts';

/**
 * Corners in ASCII tell up from down, and the crossing looks like a line that hops over another, so these drawings can be followed
 * without guessing as well.
 */
const LINES: ReadonlyMap<number, readonly [string, string]> = new Map([
  [UP | DOWN, ['│', '|']],
  [LEFT | RIGHT, ['─', '-']],
  [DOWN | RIGHT, ['┌', '.']],
  [DOWN | LEFT, ['┐', '.']],
  [UP | RIGHT, ['└', "'"]],
  [UP | LEFT, ['┘', "'"]],
  [DOWN | LEFT | RIGHT, ['┬', '.']],
  [UP | LEFT | RIGHT, ['┴', "'"]],
  [UP | DOWN | RIGHT, ['├', '+']],
  [UP | DOWN | LEFT, ['┤', '+']],
  [CROSSING, ['┼', ')']],
]);

/** The glyph of a cell with a line. */
export function lineGlyph(bits: number, ascii: boolean): string {
  const glyphs = LINES.get(bits);
  if (glyphs === undefined) throw new Error(`no glyph for a line of ${bits}`);
  return ascii ? glyphs[1] : glyphs[0];
}

/** The glyph of a line that leads down, turned to the right. */
export function turnedBits(bits: number): number {
  if (bits === CROSSING) return CROSSING;
  const turn = (from: number, to: number): number => ((bits & from) === 0 ? 0 : to);
  return turn(UP, LEFT) | turn(DOWN, RIGHT) | turn(LEFT, UP) | turn(RIGHT, DOWN);
}

export type BorderGlyphs = {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly horizontal: string;
  readonly vertical: string;
  /** Where a line leaves through the bottom, or through the right side. */
  readonly exits: Readonly<Record<Flow, string>>;
};

const SINGLE = border('┌┐└┘─│┬├');
const DOUBLE = border('╔╗╚╝═║╤╟');
const ASCII_SINGLE = border('++++-|++');
const ASCII_DOUBLE = border('####=#++');

export function borderGlyphs(double: boolean, ascii: boolean): BorderGlyphs {
  if (ascii) return double ? ASCII_DOUBLE : ASCII_SINGLE;
  return double ? DOUBLE : SINGLE;
}

export function arrowHead(flow: Flow, ascii: boolean): string {
  if (flow === 'down') return ascii ? 'v' : '▼';
  return ascii ? '>' : '▶';
}

/** What a cell of a border becomes where a line leaves. */
export function exitGlyph(cell: string, flow: Flow, ascii: boolean): string {
  return borderGlyphs(DOUBLES.has(cell), ascii).exits[flow];
}

const DOUBLES = new Set(['═', '║', '=', '#']);

/** Both ends of a row of a pill; where many lines enter, it has several. No end may stand for another, in a part of a drawing either. */
export function pillEnds(row: number, rows: number, double: boolean, ascii: boolean): readonly string[] {
  if (row === 0 && (rows === 1 || ascii)) return double ? ['[', ']'] : ['(', ')'];
  if (ascii) return [':', ':'];
  const ends = double ? PILL_DOUBLE : PILL;
  return row === 0 ? ends.first : row === rows - 1 ? ends.last : ends.between;
}

const PILL = { first: ['╭', '╮'], between: ['│', '│'], last: ['╰', '╯'] };
const PILL_DOUBLE = { first: ['┏', '┓'], between: ['┃', '┃'], last: ['┗', '┛'] };

function border(glyphs: string): BorderGlyphs {
  const [
    topLeft = '',
    topRight = '',
    bottomLeft = '',
    bottomRight = '',
    horizontal = '',
    vertical = '',
    down = '',
    right = '',
  ] = glyphs;
  return { topLeft, topRight, bottomLeft, bottomRight, horizontal, vertical, exits: { down, right } };
}
