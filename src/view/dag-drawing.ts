import { layoutGraph } from '../graph/layout.ts';
import type { LayoutResult } from '../graph/layout.ts';
import { readNetwork } from '../graph/network.ts';
import { stackSiblings } from '../graph/stacks.ts';
import type { Group, Stacked } from '../graph/stacks.ts';
import type { Flow } from '../graph/topology.ts';
import type { NodeName } from '../model/ids.ts';
import type { Definition } from '../model/state.ts';
import { boxSize } from './box-view.ts';
import type { BoxMode, BoxStyle } from './box-view.ts';

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
  /** The nodes that stand in one box with a node. */
  readonly groupOf: (node: number) => Group;
  readonly boxOf: (node: number) => NodeName;
  /** Kinds of edges, by their index in the layout. */
  readonly labels: ReadonlyMap<number, string>;
};

type Area = { readonly width: number; readonly height: number };

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
  const { mode, flow, stacks, opened } = wish;
  const key = `${area.width} ${area.height} ${mode} ${flow} ${stacks} ${[...opened].join('\u0000')}`;
  const last = choices.get(definition);
  if (last?.key === key) return last.drawing;
  const drawing = choose(definition, wish, area);
  choices.set(definition, { key, drawing });
  return drawing;
}

/** The last choice: a screen asks for the same again and again. */
const choices = new WeakMap<Definition, { readonly key: string; readonly drawing: DagDrawing }>();

function choose(definition: Definition, wish: DrawingWish, area: Area): DagDrawing {
  const { opened } = wish;
  const stacked = stacksOf(definition, opened);
  const canStack = stacked.groups.length < definition.dag.nodes.length;
  const ways = [false, true].filter((stacks) => stacks === (canStack && (wish.stacks ?? stacks)));
  const flows = FLOWS.filter((flow) => flow === (wish.flow ?? flow));
  const styles = PREFERENCE.filter(({ mode }) => mode === (wish.mode ?? mode));
  const wished = ways.flatMap((stacks) =>
    styles.flatMap((style) => flows.map((flow): DrawingStyle => ({ ...style, flow, stacks, opened }))),
  );
  for (const style of wished) {
    const boxes = style.stacks ? stacked.groups.length : definition.dag.nodes.length;
    if (boxes > TRIED_MAX || isTooDeep(definition, style, area)) continue;
    const drawing = drawingOf(definition, style);
    const { result } = drawing;
    if (result.drawn && result.layout.width <= area.width && result.layout.height <= area.height)
      return drawing;
  }
  const last = wished.findLast(({ flow }) => flow === flows[0]);
  return drawingOf(definition, last ?? { ...LEAST, opened });
}

const drawings = new WeakMap<Definition, Map<string, DagDrawing>>();
/** An operator opens and closes stacks; what was drawn before is not kept for ever. */
const DRAWINGS_MAX = 16;

/** The drawing of a version, computed once. */
export function drawingOf(definition: Definition, style: DrawingStyle): DagDrawing {
  const key = `${style.mode} ${style.detail} ${style.flow} ${style.stacks} ${[...style.opened].sort().join('\u0000')}`;
  const known = drawings.get(definition) ?? new Map<string, DagDrawing>();
  drawings.set(definition, known);
  let drawing = known.get(key);
  if (drawing === undefined) {
    if (known.size >= DRAWINGS_MAX) known.clear();
    drawing = draw(definition, style);
    known.set(key, drawing);
  }
  return drawing;
}

function draw(definition: Definition, style: DrawingStyle): DagDrawing {
  const { groups, groupOf, edges } = style.stacks ? stacksOf(definition, style.opened) : alone(definition);
  const nameOf = (group: Group | undefined): NodeName => nodeName(definition, group?.members[0] ?? 0);
  const boxes = groups.map((group) => ({
    id: nameOf(group),
    ...boxSize(style, group.name, group.members.length),
    isPill: style.mode === 'pill',
  }));
  const result = layoutGraph({
    boxes,
    edges: edges.map(({ from, to }) => ({ from: nameOf(groups[from]), to: nameOf(groups[to]) })),
    flow: style.flow,
  });
  const group = (node: number): Group => groups[groupOf[node] ?? 0] ?? { members: [node], name: '?' };
  const labels = new Map(edges.flatMap(({ kind }, at) => (kind === undefined ? [] : [[at, kind] as const])));
  return { style, result, groupOf: group, boxOf: (node) => nameOf(group(node)), labels };
}

function stacksOf(definition: Definition, opened: ReadonlySet<NodeName>): Stacked {
  const names = definition.dag.nodes.map(({ name }) => name);
  const read = readNetwork({
    boxes: names.map((id) => ({ id, width: 0, height: 0 })),
    edges: edgesOf(definition),
  });
  if ('reason' in read) return alone(definition);
  const kept = new Set([...opened].flatMap((name) => definition.indexOf.get(name) ?? []));
  return stackSiblings(names, read.network, read.edges, kept);
}

function alone(definition: Definition): Stacked {
  const { nodes } = definition.dag;
  const edges = edgesOf(definition).map(({ from, to }) => ({
    from: definition.indexOf.get(from) ?? 0,
    to: definition.indexOf.get(to) ?? 0,
    kind: undefined,
  }));
  return {
    groups: nodes.map(({ name }, index) => ({ members: [index], name })),
    groupOf: Int32Array.from(nodes.keys()),
    edges,
  };
}

function edgesOf({ dag }: Definition): { from: NodeName; to: NodeName }[] {
  return dag.nodes.flatMap(({ name, depends }) => depends.map((from) => ({ from, to: name })));
}

/** Whether the longest chain alone takes more than there is. */
function isTooDeep(definition: Definition, style: DrawingStyle, area: Area): boolean {
  const least = boxSize(style, '', 1);
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
