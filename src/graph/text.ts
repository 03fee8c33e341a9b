/** Texts that others wrote (names, output, host names), made safe to paint into cells. */

// A control sequence (CSI); a string sequence (OSC, DCS, SOS, PM, APC) with its end; any other escape.
const ESCAPES =
  // oxlint-disable-next-line no-control-regex -- control bytes are what it looks for
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|(?:\u001B[PX^_\]]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|\u001B[ -/]*[0-~]?/g;
const BLANKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
// Besides controls and bidirectional marks also joiners, selectors and skin tones: terminals disagree about the width of what they make.
const INVISIBLE = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Default_Ignorable_Code_Point}|\p{Emoji_Modifier}|\u20E3/gu;
/** Marks on one letter beyond these are dropped; they only serve to overflow a line. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;
const MARKS_ALONE = /(^|\s)\p{M}+/gu;
const PLAIN = /^[ -~]*$/;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Letters, lines and signs that never join with what stands beside them, so that the segmenter, which is slow, need not be asked. */
const SINGLE = /^[ -~\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2190-\u2BFF]*$/;

/** What a person typed as one character each. */
function graphemesOf(text: string): string[] {
  if (SINGLE.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/**
 * A text safe to paint: without control bytes, escape sequences, bidirectional controls and invisible characters; tabs and line
 * ends become a space.
 */
export function sanitizeText(text: string): string {
  if (PLAIN.test(text)) return text;
  const visible = text.replace(ESCAPES, '').replace(BLANKS, ' ').replace(INVISIBLE, '').normalize('NFC');
  return visible.replace(MARKS_ALONE, '$1').replace(PILED_MARKS, '$1');
}

/** Code points that take two cells, as ranges: East Asian Wide and Fullwidth, apart from emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

const FLAG = /^\p{RI}{2}/u;
const ALONE = /^\p{M}/u;
const EMOJI = /^(?!\p{RI})\p{Emoji_Presentation}/u;
/** Marks with a cell of their own behind the letter. */
const SPACING = /(?<!^)[\p{Mc}\uFF9E\uFF9F]/gu;

/** Cells that a text takes in a terminal. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemesOf(text)) width += graphemeWidth(grapheme);
  return width;
}

/** A text longer than this is cut before anything else looks at it. */
const INPUT_PER_CELL = 64;

/** The text made safe and exactly `width` cells wide: cut with `ellipsis`, one cell wide, or filled with blanks. */
export function fitText(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  const clean = sanitizeText(text.slice(0, width * INPUT_PER_CELL));
  const whole = textWidth(clean);
  if (whole <= width && text.length <= width * INPUT_PER_CELL) return clean + ' '.repeat(width - whole);
  let cut = '';
  let used = 0;
  for (const grapheme of graphemesOf(clean)) {
    const own = graphemeWidth(grapheme);
    if (used + own > width - 1) break;
    cut += grapheme;
    used += own;
  }
  return `${cut}${ellipsis}${' '.repeat(width - 1 - used)}`;
}

/** One entry per cell: a grapheme, and '' for the further cells of a wide one. Graphemes without width are dropped. */
export function cellsOf(text: string): string[] {
  if (PLAIN.test(text)) return text.split('');
  return graphemesOf(text).flatMap((grapheme) => {
    const width = graphemeWidth(grapheme);
    return Array.from({ length: width }, (_, cell) => (cell === 0 ? grapheme : ''));
  });
}

/** Widths of the signs that a screen repeats all the time, plus one; 0 is not known yet. */
const knownWidths = new Uint8Array(0x10000);

function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x7f) return code < 0x20 ? 0 : 1;
  if (grapheme.length > 1) return measuredWidth(grapheme, code);
  const known = knownWidths[code] ?? 0;
  if (known > 0) return known - 1;
  const width = measuredWidth(grapheme, code);
  knownWidths[code] = width + 1;
  return width;
}

function measuredWidth(grapheme: string, code: number): number {
  if (FLAG.test(grapheme)) return 2;
  if (ALONE.test(grapheme)) return 0;
  const wide = EMOJI.test(grapheme) || WIDE.some(([first, last]) => code >= first && code <= last);
  return (wide ? 2 : 1) + (grapheme.match(SPACING)?.length ?? 0);
}
