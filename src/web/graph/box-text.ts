import type { Group } from '../../graph/stacks.ts';
import { fitText, sanitizeText } from '../../graph/text.ts';
import type { Definition, Run } from '../../model/state.ts';
import { boxSize, boxView } from '../../view/box-view.ts';
import type { BoxStyle } from '../../view/box-view.ts';
import type { BoxText } from './graph-box.tsx';

/** Cells between the border of a box and its text, on both sides. */
const SIDES = 3;

/** What stands in a box, cut to its width, and what it is called aloud. Texts are safe to paint. */
export function boxText(
  definition: Definition,
  run: Run | undefined,
  group: Group,
  style: BoxStyle,
): BoxText {
  const { lines, tone } = boxView(definition, run, group, style, false);
  const { width } = boxSize(style, group);
  const shown = lines
    .filter(({ text }) => text.trim() !== '')
    .map((line) => ({ ...line, text: fitText(line.text, width - SIDES).trimEnd() }));
  const name = definition.dag.nodes[group.members[0] ?? 0]?.name ?? '?';
  const rest = lines.slice(group.members.length > 1 ? 0 : 1).map(({ text }) => text);
  const spoken = group.members.length > 1 ? rest : [sanitizeText(name), ...rest];
  return {
    label: spoken.filter((text) => text !== '').join(', '),
    tone,
    lines: shown,
  };
}
