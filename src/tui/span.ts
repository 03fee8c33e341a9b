import { cellsOf, sanitizeText, textWidth } from '../graph/text.ts';
import type { Tone } from '../view/look.ts';

/** A piece of a line in one style. */
export type Span = {
  readonly text: string;
  readonly tone: Tone;
  readonly isBold?: boolean;
  readonly isInverse?: boolean;
  /** In a title that has no room for all, it is left out before anything is cut. */
  readonly givesWay?: boolean;
};
export type Line = readonly Span[];

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

export function bold(text: string, tone: Tone = 'plain'): Span {
  return { text, tone, isBold: true };
}

export function lineWidth(line: Line): number {
  return line.reduce((width, { text }) => width + textWidth(text), 0);
}

/** The line made safe and exactly `width` cells wide: cut with '…' or filled with blanks. */
export function fitLine(line: Line, width: number): Line {
  const safe = line.map((part) => ({ ...part, text: sanitizeText(part.text) }));
  const used = lineWidth(safe);
  if (used <= width) return used === width ? safe : [...safe, span(' '.repeat(width - used))];
  return cutLine(safe, width);
}

/** `left` and `right` at the two ends of `width` cells; `left` is cut where both do not fit. */
export function spreadLine(left: Line, right: Line, width: number): Line {
  const rightWidth = Math.min(lineWidth(right), width);
  return [...fitLine(left, width - rightWidth), ...fitLine(right, rightWidth)];
}

/** The same line with everything in reverse video: the chosen one of a list. */
export function invertLine(line: Line): Line {
  return line.map((part) => ({ ...part, isInverse: true }));
}

/** The same line with everything muted: what a filter leaves out. */
export function dimLine(line: Line): Line {
  return line.map(({ text }) => span(text, 'muted'));
}

function cutLine(line: Line, width: number): Line {
  const kept: Span[] = [];
  let room = width - 1;
  for (const part of line) {
    const partWidth = textWidth(part.text);
    if (partWidth <= room) {
      kept.push(part);
      room -= partWidth;
      continue;
    }
    kept.push({ ...part, text: `${startOf(part.text, room)}…` });
    break;
  }
  const missing = width - lineWidth(kept);
  return missing > 0 ? [...kept, span(' '.repeat(missing))] : kept;
}

/** As many graphemes from the start as fit in `room` cells. */
function startOf(text: string, room: number): string {
  const cells = cellsOf(text);
  // The second cell of a wide one is ''; cutting between the two drops both.
  const end = cells[room] === '' ? room - 1 : room;
  return cells.slice(0, Math.max(0, end)).join('');
}
