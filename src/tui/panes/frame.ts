import type { Rect } from '../regions.ts';
import type { Block } from '../scene.ts';
import { fitLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';

/** A pane: a rule with its title, then lines, cut and filled to the rectangle. */
export function framePane(rect: Rect, title: Line, lines: readonly Line[], isFocused: boolean): Block {
  const rows = Array.from({ length: Math.max(0, rect.height - 1) }, (_, row) =>
    fitLine(lines[row] ?? [], rect.width),
  );
  return { rect, lines: [titleRule(title, rect.width, isFocused), ...rows] };
}

/** The pane that has the keys is told by a heavy rule and a mark, not by colour alone. */
function titleRule(title: Line, width: number, isFocused: boolean): Line {
  const rule = isFocused ? '━' : '─';
  const tone = isFocused ? 'accent' : 'muted';
  const start: Line = [span(isFocused ? '━▸' : '──', tone), span(' ')];
  const text = fitTitle(title, width - lineWidth(start) - 2);
  const left = width - lineWidth(start) - lineWidth(text) - 1;
  return [...start, ...text, span(' '), span(rule.repeat(Math.max(0, left)), tone)];
}

function fitTitle(title: Line, width: number): Line {
  if (lineWidth(title) <= width) return title;
  const at = title.findIndex(({ givesWay }) => givesWay === true);
  return at < 0 ? fitLine(title, width) : fitTitle(title.toSpliced(at, 1), width);
}

/** The first of `total` rows to show, so that row `at` stands in the middle of `height` where that can be. */
export function centeredTop(at: number, height: number, total: number): number {
  return Math.min(Math.max(0, at - Math.floor(height / 2)), Math.max(0, total - height));
}
