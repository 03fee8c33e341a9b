import { cellsOf, textWidth } from '../../graph/text.ts';

/** A text in lines of at most `width` cells, cut between words where that is possible; what is beyond `linesMax` stays in the last. */
export function wrapText(text: string, width: number, linesMax = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  let rest = text;
  while (textWidth(rest) > width && lines.length < linesMax - 1) {
    const cells = cellsOf(rest).slice(0, width);
    const head = cells.join('');
    const blank = head.lastIndexOf(' ');
    const end = blank > width / 2 ? blank : head.length;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
