import { CROSSING, DOWN, LEFT, RIGHT, UP } from './lines.ts';

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

export type BorderGlyphs = {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly horizontal: string;
  readonly vertical: string;
  /** Where a line leaves through the bottom. */
  readonly exit: string;
};

const SINGLE = border('┌┐└┘─│┬');
const DOUBLE = border('╔╗╚╝═║╤');
const ASCII_SINGLE = border('++++-|+');
const ASCII_DOUBLE = border('####=#+');

export function borderGlyphs(double: boolean, ascii: boolean): BorderGlyphs {
  if (ascii) return double ? ASCII_DOUBLE : ASCII_SINGLE;
  return double ? DOUBLE : SINGLE;
}

export function arrowHead(ascii: boolean): string {
  return ascii ? 'v' : '▼';
}

function border(glyphs: string): BorderGlyphs {
  const [
    topLeft = '',
    topRight = '',
    bottomLeft = '',
    bottomRight = '',
    horizontal = '',
    vertical = '',
    exit = '',
  ] = glyphs;
  return { topLeft, topRight, bottomLeft, bottomRight, horizontal, vertical, exit };
}
