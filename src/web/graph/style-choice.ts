import type { Flow } from '../../graph/topology.ts';
import type { NodeName } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { Definition } from '../../model/state.ts';
import { drawingToCome } from '../../view/dag-drawing.ts';
import type { DrawingStyle } from '../../view/dag-drawing.ts';
import { alone, stacksOf } from '../../view/grouping.ts';
import { CELL } from '../../graph/svg.ts';
import { fitted } from './camera.ts';
import type { Size } from './camera.ts';

/** What the operator chose; undefined is chosen by what fits best. */
export type GraphWish = {
  readonly flow: Flow | undefined;
  readonly stacks: boolean | undefined;
  readonly opened: ReadonlySet<NodeName>;
};

export const ANY_GRAPH: GraphWish = { flow: undefined, stacks: undefined, opened: new Set() };

/** More boxes are drawn with their names alone. */
const CARDS_MAX = 250;
/** More boxes are not laid out twice to see which way they fit better. */
const TRIED_MAX = 120;
/** More nodes than these are put into stacks, where they can be, unless the operator wants all. */
const STACKS_FROM = 25;

/** How a dag is drawn in a port of that size. It depends on nothing that changes while a run goes on. */
export function chooseStyle(definition: Definition, wish: GraphWish, port: Size): DrawingStyle {
  const count = definition.dag.nodes.length;
  const stacks = wish.stacks ?? count >= STACKS_FROM;
  const grouped = stacks ? stacksOf(definition, wish.opened) : alone(definition);
  const boxes = grouped.groups.length;
  const style = (flow: Flow): DrawingStyle => ({
    mode: boxes > CARDS_MAX ? 'box' : 'card',
    detail: false,
    flow,
    stacks,
    opened: wish.opened,
  });
  if (wish.flow !== undefined) return style(wish.flow);
  if (boxes > TRIED_MAX) return style('right');
  const scaleOf = (flow: Flow): number => {
    const { result } = drawingToCome(definition, style(flow), limits.layoutAtOnceMax);
    if (!result.drawn) return 0;
    const { width, height } = result.layout;
    return fitted({ width: width * CELL.width, height: height * CELL.height }, port).scale;
  };
  return style(scaleOf('down') > scaleOf('right') ? 'down' : 'right');
}

/** Whether stacks would make a difference. */
export function canStack(definition: Definition): boolean {
  return stacksOf(definition, new Set()).groups.length < definition.dag.nodes.length;
}
