import { FOCUS_MAX, focusGroups, neighbourhood } from '../graph/focus.ts';
import { layoutGraph } from '../graph/layout.ts';
import type { Definition } from '../model/state.ts';
import type { Group, Stacked } from '../graph/stacks.ts';
import { boxStyles, haveRoom, isWithin, LEAST, ordered } from './dag-drawing.ts';
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
  const known = new Map<number, Stacked>();
  const groupsOf = (count: number): Stacked => {
    let groups = known.get(count);
    if (groups === undefined) {
      groups = focusGroups(names, network, edges, definition.order, near, count);
      known.set(count, groups);
    }
    return groups;
  };
  const max = Math.min(near.count, FOCUS_MAX);
  let best: FocusDrawing | undefined;
  for (const { flow, ...box } of boxStyles(wish)) {
    const style: DrawingStyle = { ...box, flow, stacks: false, opened: new Set() };
    const found = mostThatFit(max, (count) => {
      const groups = groupsOf(count);
      if (!haveRoom(style, groups, area)) return undefined;
      const drawing = draw(definition, style, groups, count);
      return isWithin(drawing, area) ? drawing : undefined;
    });
    if (found !== undefined && found.focus.shown > (best?.focus.shown ?? 0)) best = found;
    if (best !== undefined && best.focus.shown >= enough) break;
  }
  if (best !== undefined) return best;
  const [least] = boxStyles(wish).slice(-1);
  return draw(definition, { ...LEAST, ...least, opened: new Set(), stacks: false }, groupsOf(1), 1);
}

function draw(definition: Definition, style: DrawingStyle, groups: Stacked, count: number): FocusDrawing {
  const drawing = ordered(definition, style, groups);
  const elsewhere = groups.groups.find(({ rest }) => rest === 'elsewhere');
  const result = drawing.order === undefined ? drawing.result : layoutGraph(drawing.order);
  return { ...drawing, result, order: undefined, focus: { shown: count, elsewhere } };
}

/** The drawing of most nodes, up to `max`, that fits, if fewer would fit as well; undefined where that of one does not. Few mostly fit. */
function mostThatFit(
  max: number,
  draw: (count: number) => FocusDrawing | undefined,
): FocusDrawing | undefined {
  let best: FocusDrawing | undefined;
  let [low, high] = [1, max];
  let count = 1;
  while (low <= high) {
    const drawing = draw(count);
    if (drawing === undefined) high = count - 1;
    else {
      best = drawing;
      low = count + 1;
    }
    count = high === max ? Math.min(max, 2 * count) : (low + high) >> 1;
  }
  return best;
}
