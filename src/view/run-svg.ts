import { svgText } from '../graph/svg.ts';
import { CodedError } from '../model/coded-error.ts';
import type { NodeName } from '../model/ids.ts';
import type { Definition, Run } from '../model/state.ts';
import { boxView } from './box-view.ts';
import { ANY_DRAWING, chooseDrawing } from './dag-drawing.ts';
import type { DrawingWish } from './dag-drawing.ts';
import { boxColors } from './graph-export.ts';

const UNBOUNDED = { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };

/** The drawing of a DAG or a run as a picture. Error: `not_drawn`. */
export function renderSvg(
  definition: Definition,
  run: Run | undefined,
  wish: DrawingWish = ANY_DRAWING,
): string {
  const { style, result, groupOf, labels } = chooseDrawing(definition, wish, UNBOUNDED);
  if (!result.drawn) throw new CodedError('not_drawn', `not drawn: ${result.reason}`);
  const boxOf = (id: string) => {
    const group = groupOf(definition.indexOf.get(id as NodeName) ?? 0);
    const { lines, tone } = boxView(definition, run, group, style, false);
    return { lines: lines.map(({ text }) => text).filter((text) => text !== ''), ...boxColors(tone) };
  };
  return svgText(result.layout, boxOf, labels);
}
