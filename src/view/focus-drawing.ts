import { FOCUS_MAX, focusGroups, neighbourhood } from '../graph/focus.ts';
import { layoutGraph } from '../graph/layout.ts';
import type { Definition } from '../model/state.ts';
import type { Group } from '../graph/stacks.ts';
import { boxSize } from './box-view.ts';
import { boxStyles, isWithin, LEAST, ordered } from './dag-drawing.ts';
import type { Area, DagDrawing, DrawingStyle, DrawingWish } from './dag-drawing.ts';
import { networkOf } from './grouping.ts';

/** A node at full size with as many of its neighbours as there is room for, and the rest as counts. */
export type FocusDrawing = DagDrawing & {
  readonly focus: {
    /** Nodes with a box of their own, those that are alone in the rest not counted. */
    readonly shown: number;
    /** What is in no line with them. */
    readonly elsewhere: Group | undefined;
  };
};

/** So many nodes are enough; then larger boxes are better than more of them. */
const ENOUGH = 7;

const focuses = new WeakMap<Definition, Map<string, FocusDrawing>>();
/** A few are kept, for the way back. */
const FOCUSES_MAX = 64;

/**
 * The drawing of what is around the node with index `center`: the largest boxes with which enough of its neighbours fit into `area`. It
 * depends on the topology, the node, the wish and the area alone, so that a change of state moves nothing. Undefined where the dag cannot
 * be drawn at all.
 */
export function focusDrawing(
  definition: Definition,
  wish: DrawingWish,
  area: Area,
  center: number,
): FocusDrawing | undefined {
  const known = focuses.get(definition) ?? new Map<string, FocusDrawing>();
  focuses.set(definition, known);
  const key = `${center} ${area.width} ${area.height} ${wish.mode} ${wish.flow}`;
  let drawing = known.get(key);
  if (drawing === undefined) {
    drawing = focusOn(definition, wish, area, center);
    if (drawing === undefined) return undefined;
    if (known.size >= FOCUSES_MAX) known.clear();
    known.set(key, drawing);
  }
  return drawing;
}

function focusOn(
  definition: Definition,
  wish: DrawingWish,
  area: Area,
  center: number,
): FocusDrawing | undefined {
  const dag = networkOf(definition);
  if (dag === undefined) return undefined;
  const { names, network, edges } = dag;
  const near = neighbourhood(network, center);
  const firstHop = new Set([...(network.into[center] ?? []), ...(network.out[center] ?? [])]).size;
  const enough = Math.min(1 + firstHop, ENOUGH);
  const draw = (style: DrawingStyle, count: number): FocusDrawing => {
    const shown = near.slice(0, count);
    const groups = focusGroups(names, network, edges, definition.order, near, shown);
    const drawing = ordered(definition, style, groups);
    const elsewhere = groups.groups.find(({ rest }) => rest === 'elsewhere');
    const result = drawing.order === undefined ? drawing.result : layoutGraph(drawing.order);
    return { ...drawing, result, order: undefined, focus: { shown: count, elsewhere } };
  };
  let best: FocusDrawing | undefined;
  for (const { flow, ...box } of boxStyles(wish)) {
    const style: DrawingStyle = { ...box, flow, stacks: false, opened: new Set() };
    const { width, height } = boxSize(style, { members: [center], name: names[center] ?? '' });
    const room = Math.floor((area.width * area.height) / (width * height));
    const found = mostThatFit(Math.min(near.length, FOCUS_MAX, room), area, (count) => draw(style, count));
    if (found !== undefined && found.focus.shown > (best?.focus.shown ?? 0)) best = found;
    if (best !== undefined && best.focus.shown >= enough) break;
  }
  return (
    best ??
    draw(
      { ...LEAST, ...wish, mode: wish.mode ?? LEAST.mode, flow: wish.flow ?? LEAST.flow, stacks: false },
      1,
    )
  );
}

/** The drawing of most nodes that is within `area`, found by halving; undefined where that of one is not. */
function mostThatFit(
  max: number,
  area: Area,
  draw: (count: number) => FocusDrawing,
): FocusDrawing | undefined {
  let best: FocusDrawing | undefined;
  let [low, high] = [1, max];
  // Mostly all or few fit; the rest is found by halving.
  let count = max;
  while (low <= high) {
    const drawing = draw(count);
    if (isWithin(drawing, area)) {
      best = drawing;
      low = count + 1;
    } else high = count - 1;
    count = (low + high) >> 1;
  }
  return best;
}
