import { layoutGraph, placesOf } from '../graph/layout.ts';
import type { LayoutResult } from '../graph/layout.ts';
import type { Group, Stacked } from '../graph/stacks.ts';
import type { Flow, Topology } from '../graph/topology.ts';
import type { NodeName } from '../model/ids.ts';
import type { Definition } from '../model/state.ts';
import { boxSize } from './box-view.ts';
import type { BoxMode, BoxStyle } from './box-view.ts';
import { alone, stacksOf } from './grouping.ts';

/** How a DAG is to be drawn. */
export type DrawingStyle = BoxStyle & {
  readonly flow: Flow;
  /** Equal siblings are drawn as one. */
  readonly stacks: boolean;
  /** Nodes whose stacks stand open all the same. */
  readonly opened: ReadonlySet<NodeName>;
};

/** What an operator asked for; what is undefined is chosen by what fits. */
export type DrawingWish = {
  readonly mode: BoxMode | undefined;
  readonly flow: Flow | undefined;
  readonly stacks: boolean | undefined;
  readonly opened: ReadonlySet<NodeName>;
};

export const ANY_DRAWING: DrawingWish = {
  mode: undefined,
  flow: undefined,
  stacks: undefined,
  opened: new Set(),
};

/** A DAG laid out in one style. The id of a box is the name of the first node in it. */
export type DagDrawing = {
  readonly style: DrawingStyle;
  readonly result: LayoutResult;
  /** What is still to be laid out; until then `result` has no more than a reason. */
  readonly order: Topology | undefined;
  /** The nodes that stand in one box with a node. */
  readonly groupOf: (node: number) => Group;
  readonly boxOf: (node: number) => NodeName;
  /** Kinds of edges, by their index in the layout. */
  readonly labels: ReadonlyMap<number, string>;
};

export type Area = { readonly width: number; readonly height: number };

/** From what tells most of each node to what takes least room. Only where nothing else fits are siblings put into stacks. */
const PREFERENCE: readonly BoxStyle[] = [
  { mode: 'card', detail: true },
  { mode: 'box', detail: true },
  { mode: 'pill', detail: true },
  { mode: 'box', detail: false },
  { mode: 'pill', detail: false },
];
export const LEAST: Omit<DrawingStyle, 'opened'> = {
  mode: 'pill',
  detail: false,
  flow: 'down',
  stacks: true,
};
/** More boxes are not laid out several times to see what fits. */
const TRIED_MAX = 120;
const FLOWS: readonly Flow[] = ['down', 'right'];
/** Cells between two layers at least. */
const GAP_MIN: Readonly<Record<Flow, number>> = { down: 1, right: 3 };

/**
 * The drawing that tells most of each node among those that fit into `area`; where none fits, the one that takes least room. It depends
 * on the topology, the wish and the area alone, so that a change of state never moves a box.
 */
export function chooseDrawing(definition: Definition, wish: DrawingWish, area: Area): DagDrawing {
  return fittingDrawing(definition, wish, area) ?? drawingOf(definition, largeStyle(definition, wish));
}

/** As `chooseDrawing`, but undefined where none fits. */
export function fittingDrawing(
  definition: Definition,
  wish: DrawingWish,
  area: Area,
): DagDrawing | undefined {
  const { mode, flow, stacks, opened } = wish;
  const key = `${area.width} ${area.height} ${mode} ${flow} ${stacks} ${[...opened].join('\u0000')}`;
  const last = choices.get(definition);
  if (last?.key === key) return last.drawing;
  const drawing = findFitting(definition, wish, area);
  choices.set(definition, { key, drawing });
  return drawing;
}

/** The last choice: a screen asks for the same again and again. */
const choices = new WeakMap<Definition, { readonly key: string; readonly drawing: DagDrawing | undefined }>();

function findFitting(definition: Definition, wish: DrawingWish, area: Area): DagDrawing | undefined {
  for (const style of wishedStyles(definition, wish)) {
    const grouped = style.stacks ? stacksOf(definition, wish.opened) : alone(definition);
    if (grouped.groups.length > TRIED_MAX || !haveRoom(style, grouped, area)) continue;
    if (isTooDeep(definition, style, area)) continue;
    const drawing = drawingOf(definition, style);
    if (isWithin(drawing, area)) return drawing;
  }
  return undefined;
}

/** Whether the boxes alone would have room, without any lines: most of what does not fit is told by that. */
export function haveRoom(style: BoxStyle, { groups }: Stacked, area: Area): boolean {
  let cells = 0;
  for (const group of groups) {
    if (group.rest === 'elsewhere') continue;
    const { width, height } = boxSize(style, group);
    cells += width * height;
    if (cells > area.width * area.height) return false;
  }
  return true;
}

/** The style of what takes least room. */
export function largeStyle(definition: Definition, wish: DrawingWish): DrawingStyle {
  const wished = wishedStyles(definition, wish);
  const last = wished.findLast(({ flow }) => flow === wished[0]?.flow);
  return last ?? { ...LEAST, opened: wish.opened };
}

/** All that the wish allows, what tells most first. */
function wishedStyles(definition: Definition, wish: DrawingWish): DrawingStyle[] {
  const { opened } = wish;
  const canStack = stacksOf(definition, opened).groups.length < definition.dag.nodes.length;
  const ways = [false, true].filter((stacks) => stacks === (canStack && (wish.stacks ?? stacks)));
  return ways.flatMap((stacks) => boxStyles(wish).map((style) => ({ ...style, stacks, opened })));
}

/** Kinds of boxes in each direction that the wish allows, what tells most first. */
export function boxStyles(wish: Pick<DrawingWish, 'mode' | 'flow'>): (BoxStyle & { readonly flow: Flow })[] {
  const flows = FLOWS.filter((flow) => flow === (wish.flow ?? flow));
  const styles = PREFERENCE.filter(({ mode }) => mode === (wish.mode ?? mode));
  return styles.flatMap((style) => flows.map((flow) => ({ ...style, flow })));
}

export function isWithin({ result }: DagDrawing, area: Area): boolean {
  return result.drawn && result.layout.width <= area.width && result.layout.height <= area.height;
}

const drawings = new WeakMap<Definition, Map<string, DagDrawing>>();
/** An operator opens and closes stacks; what was drawn before is not kept for ever. */
const DRAWINGS_MAX = 16;

/** The drawing of a version, computed once. */
export function drawingOf(definition: Definition, style: DrawingStyle): DagDrawing {
  const drawing = drawingToCome(definition, style, Infinity);
  if (drawing.order === undefined) return drawing;
  return acceptLayout(definition, drawing, layoutGraph(drawing.order));
}

/**
 * As `drawingOf`, but where there are more than `sizeMax` boxes and edges it is not laid out: then `order` says what is to be, by whoever has
 * the time, and `acceptLayout` takes what came of it.
 */
export function drawingToCome(definition: Definition, style: DrawingStyle, sizeMax: number): DagDrawing {
  const known = drawings.get(definition) ?? new Map<string, DagDrawing>();
  drawings.set(definition, known);
  const key = styleKey(style);
  let drawing = known.get(key);
  if (drawing === undefined) {
    if (known.size >= DRAWINGS_MAX) known.clear();
    drawing = ordered(
      definition,
      style,
      style.stacks ? stacksOf(definition, style.opened) : alone(definition),
    );
    known.set(key, drawing);
  }
  const { order } = drawing;
  if (order === undefined || order.boxes.length + order.edges.length > sizeMax) return drawing;
  return acceptLayout(definition, drawing, layoutGraph(order));
}

/** The drawing with its layout, or with why there is none; from now on `drawingOf` gives it. */
export function acceptLayout(definition: Definition, drawing: DagDrawing, result: LayoutResult): DagDrawing {
  const whole = { ...drawing, result, order: undefined };
  const key = styleKey(drawing.style);
  drawings.get(definition)?.set(key, whole);
  if (result.drawn) remember(definition, key, placesOf(result.layout));
  return whole;
}

/** Where boxes stood when a dag of that name was last drawn in that style: in its next version they keep their order. */
const lastPlaces = new Map<string, Last>();
type Last = { readonly hash: string; readonly places: ReadonlyMap<string, number> };
const LAST_PLACES_MAX = 64;

function placesBefore({ dag, hash }: Definition, key: string): Last['places'] | undefined {
  const last = lastPlaces.get(`${dag.name} ${key}`);
  // The same version is drawn the same, whoever drew it before.
  return last?.hash === hash ? undefined : last?.places;
}

function remember({ dag, hash }: Definition, key: string, places: Last['places']): void {
  const name = `${dag.name} ${key}`;
  lastPlaces.delete(name);
  lastPlaces.set(name, { hash, places });
  const [oldest] = lastPlaces.keys();
  if (lastPlaces.size > LAST_PLACES_MAX && oldest !== undefined) lastPlaces.delete(oldest);
}

function styleKey(style: DrawingStyle): string {
  return `${style.mode} ${style.detail} ${style.flow} ${style.stacks} ${[...style.opened].sort().join('\u0000')}`;
}

/** The drawing of groups of nodes, not laid out yet. What is elsewhere is in no line with anything and gets no box. */
export function ordered(definition: Definition, style: DrawingStyle, stacked: Stacked): DagDrawing {
  const { groups, groupOf, edges } = stacked;
  const nameOf = (group: Group | undefined): NodeName => nodeName(definition, group?.members[0] ?? 0);
  const boxes = groups
    .filter(({ rest }) => rest !== 'elsewhere')
    .map((group) => ({
      id: nameOf(group),
      ...boxSize(style, group),
      isPill: style.mode === 'pill' || group.rest !== undefined,
    }));
  const order = {
    boxes,
    edges: edges.map(({ from, to, kind }) => ({ from: nameOf(groups[from]), to: nameOf(groups[to]), kind })),
    flow: style.flow,
    before: placesBefore(definition, styleKey(style)),
  };
  const group = (node: number): Group => groups[groupOf[node] ?? 0] ?? { members: [node], name: '?' };
  const labels = new Map(edges.flatMap(({ kind }, at) => (kind === undefined ? [] : [[at, kind] as const])));
  const result = { drawn: false, reason: `laying out ${boxes.length.toLocaleString('en')} boxes` } as const;
  return { style, result, order, groupOf: group, boxOf: (node) => nameOf(group(node)), labels };
}

/** Whether the longest chain alone takes more than there is. */
function isTooDeep(definition: Definition, style: DrawingStyle, area: Area): boolean {
  const least = boxSize(style, { members: [0], name: '' });
  const { flow } = style;
  const gap = GAP_MIN[flow];
  const own = flow === 'down' ? least.height : least.width;
  return depthOf(definition) * (own + gap) - gap > (flow === 'down' ? area.height : area.width);
}

const depths = new WeakMap<Definition, number>();

function depthOf(definition: Definition): number {
  const known = depths.get(definition);
  if (known !== undefined) return known;
  const below = new Int32Array(definition.dag.nodes.length).fill(1);
  let depth = 0;
  for (const index of definition.order) {
    const own = below[index] ?? 1;
    depth = Math.max(depth, own);
    for (const target of definition.downstream[index] ?? [])
      below[target] = Math.max(below[target] ?? 1, own + 1);
  }
  depths.set(definition, depth);
  return depth;
}

function nodeName(definition: Definition, index: number): NodeName {
  const name = definition.dag.nodes[index]?.name;
  if (name === undefined) throw new Error(`no node ${index} in ${definition.dag.name}`);
  return name;
}
