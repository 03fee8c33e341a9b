/**
 * From a topology to cells, in steps that each have a file: `network` (check), `components` (parts), `layers`, `nets` and `layered` (each
 * edge a line, cut at the layers it passes), `ordering`, `merging` (lines side by side become one), `entries` and `columns` (x), `tracks` (rows between layers), `part-layout` (y); then `paint`.
 * What holds of every drawing:
 * 1. Each edge is a line from the bottom of its box down to an arrow head at the top of the other; lines never lead up.
 * 2. A net joins all its sources to all its targets and nothing else: one box to what depends on it, what one box depends on to it, or
 *    many boxes to the very same targets. Between two layers it has one run, or two with a jog.
 * 3. A cell belongs to one wire of a net. The only shared cell is a straight crossing; no fork of a net looks like one.
 * 4. Runs in one row have a blank between them, so that ends never seem to touch, in ASCII either.
 * 5. The layout knows nothing of states or texts: only a change of the topology moves a box.
 */
import { limits } from '../model/limits.ts';
import { connectedParts, packParts, partOfNetwork } from './components.ts';
import { readNetwork } from './network.ts';
import type { IndexedEdge } from './network.ts';
import { layoutPart } from './part-layout.ts';
import type { Box, PartLayout, Wire } from './part-layout.ts';
import { spacingOf } from './spacing.ts';
import type { Flow, Topology } from './topology.ts';

export type { Box, Pin, Wire } from './part-layout.ts';

/**
 * Where everything stands, in cells from the top left corner. Boxes and edges are those of the topology, in its order. Wires are
 * given as if they led down: where the flow is to the right, `x` of a wire is a row, and `y` a column (`turned`).
 */
export type Layout = {
  readonly flow: Flow;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  /** Boxes by their indices. */
  readonly edges: readonly IndexedEdge[];
  readonly wires: readonly Wire[];
  /** The wires of each net, from the top, and the net of each edge. */
  readonly nets: readonly (readonly Wire[])[];
  readonly netOf: readonly number[];
};

export type LayoutResult =
  | { readonly drawn: true; readonly layout: Layout }
  | { readonly drawn: false; readonly reason: string };

/**
 * Lays a graph out in layers along the flow: each edge is a line of its own or a branch of a net, and no
 * two nets share a cell but for straight crossings. The same topology always gives the same layout. A cycle, an unknown name or a
 * size beyond the limits gives a reason instead; no edge is ever left out.
 */
export function layoutGraph(topology: Topology): LayoutResult {
  const read = readNetwork(topology);
  if ('reason' in read) return { drawn: false, reason: read.reason };
  const { network, edges } = read;
  const { flow = 'down', before } = topology;
  const spacing = spacingOf(flow, topology.boxes);
  const members = connectedParts(network);
  const parts = [];
  let points = 0;
  for (const boxes of members) {
    const specs = boxes.flatMap((box) => topology.boxes[box] ?? []).map((spec) => turnedSize(flow, spec));
    const pointsMax = limits.drawingMaxPoints - points;
    const ranks = before && specs.map(({ id }) => before.get(id) ?? Number.NaN);
    const part = layoutPart(partOfNetwork(network, boxes), specs, spacing, pointsMax, ranks);
    if ('reason' in part) return { drawn: false, reason: part.reason };
    points += part.points;
    parts.push(part);
  }
  return { drawn: true, layout: joinParts(flow, edges, members, parts) };
}

/** Where boxes stand across the flow, for the `before` of a drawing that is to look like this one. */
export function placesOf({ flow, boxes }: Layout): ReadonlyMap<string, number> {
  return new Map(boxes.map(({ id, x, y }) => [id, flow === 'down' ? x : y]));
}

/** All parts side by side. */
function joinParts(
  flow: Flow,
  edges: readonly IndexedEdge[],
  members: readonly (readonly number[])[],
  parts: readonly PartLayout[],
): Layout {
  const places = packParts(parts.map((part) => turnedSize(flow, part)));
  const boxes: Box[] = [];
  const nets: (readonly Wire[])[] = [];
  const netOf = new Map<number, number>();
  const boxCount = members.reduce((sum, own) => sum + own.length, 0);
  const keyOf = (from = 0, to = 0): number => from * boxCount + to;
  let width = 0;
  let height = 0;
  for (const [index, part] of parts.entries()) {
    const { x, y } = turned(flow, places[index] ?? { x: 0, y: 0 });
    const own = members[index] ?? [];
    for (const [local, box] of part.boxes.entries()) {
      boxes[own[local] ?? 0] = turnedBox(flow, { ...box, x: box.x + x, y: box.y + y });
    }
    for (const { tails, heads, wires } of part.nets) {
      for (const tail of tails) for (const head of heads) netOf.set(keyOf(own[tail], own[head]), nets.length);
      nets.push(wires.map((wire) => movedWire(wire, x, y, own)));
    }
    width = Math.max(width, x + part.width);
    height = Math.max(height, y + part.height);
  }
  return {
    flow,
    ...turnedSize(flow, { width, height }),
    boxes,
    edges,
    wires: nets.flat(),
    nets,
    netOf: edges.map(({ from, to }) => netOf.get(keyOf(from, to)) ?? 0),
  };
}

/** A place as if lines led down for a place in the drawing, and the other way around. */
export function turned(flow: Flow, { x, y }: Point): Point {
  return flow === 'down' ? { x, y } : { x: y, y: x };
}

type Point = { readonly x: number; readonly y: number };

function turnedSize<T extends { readonly width: number; readonly height: number }>(flow: Flow, size: T): T {
  return flow === 'down' ? size : { ...size, width: size.height, height: size.width };
}

function turnedBox(flow: Flow, box: Box): Box {
  if (flow === 'down') return box;
  const { insetLeft, insetTop } = box;
  return { ...turnedSize(flow, box), ...turned(flow, box), insetLeft: insetTop, insetTop: insetLeft };
}

function movedWire(wire: Wire, dx: number, dy: number, own: readonly number[]): Wire {
  const moved = (pins: Wire['tops']): Wire['tops'] =>
    pins.map(({ x, y, box }) => ({ x: x + dx, y: y + dy, box: box === undefined ? undefined : own[box] }));
  const { upperY, jogX, lowerY } = wire;
  return {
    tops: moved(wire.tops),
    bottoms: moved(wire.bottoms),
    upperY: upperY + dy,
    jogX: jogX + dx,
    lowerY: lowerY + dy,
  };
}
