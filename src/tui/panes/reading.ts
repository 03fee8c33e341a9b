import { isFound, lastTop } from '../reading.ts';
import type { Page } from '../reading.ts';
import { bold, fitLine, span } from '../span.ts';
import type { Line } from '../span.ts';
import type { Reading } from '../ui-state.ts';
import { wrapText } from './wrap.ts';

/** Lines to read, wrapped at the window's edge; where more is, it says so. Only what is seen is worked out. */
export function readingText(
  reading: Reading,
  page: Page,
  ascii: boolean,
): { readonly title: Line; readonly lines: readonly Line[] } {
  const { title, lines, find } = reading;
  const end = lastTop(lines, page);
  const top = Math.min(reading.top, end);
  const mark = (isHit: boolean) => span(isHit ? (ascii ? '>' : '▸') : ' ', 'accent');
  const shown: Line[] = [];
  let last = top;
  for (; last < lines.length && shown.length < page.height; last += 1) {
    const text = lines[last] ?? '';
    const isHit = isFound(find, text);
    for (const row of wrapText(text, page.width))
      shown.push(find === undefined ? [span(row)] : [mark(isHit), isHit ? bold(row, 'accent') : span(row)]);
  }
  const isWhole = end === 0;
  const more = isWhole ? [] : [span(`  ${top + 1}–${last} of ${lines.length}`, 'muted')];
  const search =
    find === undefined ? [] : [span('  /', 'accent'), bold(find.text), ...cursorOf(find.isTyped)];
  // What is scrolled stays as wide as it can be: a frame that changes with each line is hard to look at.
  const width = page.width + 1;
  const rows = shown.slice(0, page.height).map((line) => (isWhole ? line : fitLine(line, width)));
  return { title: [bold(title), ...more, ...search], lines: [[], ...rows] };
}

function cursorOf(isTyped: boolean): Line {
  return isTyped ? [{ ...span(' '), isInverse: true }] : [];
}
