import { limits } from '../model/limits.ts';
import { assignColumns } from './columns.ts';
import { shapeVertices } from './entries.ts';
import type { Shapes } from './entries.ts';
import { pinColumns } from './entry-columns.ts';
import type { Layered, Strand } from './layered.ts';
import type { Network } from './network.ts';
import type { Net } from './nets.ts';
import { orderNetwork } from './ordered-network.ts';
import type { Spacing } from './spacing.ts';
import type { BoxSpec } from './topology.ts';
import type { Pins } from './track-pieces.ts';
import { countRouteCrossings } from './route-crossings.ts';
import { routeGap } from './tracks.ts';
import type { Routing } from './tracks.ts';

/** A box in cells, border included. It may be larger than asked for; the insets of that come first. */
export type Box = {
  readonly id: string;
  readonly isPill: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly insetLeft: number;
  readonly insetTop: number;
  readonly layer: number;
};

/** An end of a wire: its first or last cell, and the box that it touches there; undefined where its net goes on. */
export type Pin = { readonly x: number; readonly y: number; readonly box: number | undefined };

/**
 * The part of a net from one layer to the next. From all tops it goes down to row `upperY`, in column `jogX` on to row `lowerY`
 * (mostly the same), and from there down to all bottoms; pins from left to right.
 */
export type Wire = {
  readonly tops: readonly Pin[];
  readonly bottoms: readonly Pin[];
  readonly upperY: number;
  readonly jogX: number;
  readonly lowerY: number;
};

/** A net with its wires from the top. */
type WiredNet = Net & { readonly wires: readonly Wire[] };

export type PartLayout = {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly nets: readonly WiredNet[];
  /** Boxes and passed layers: what it costs. */
  readonly points: number;
};

/** Lays out a connected network. `ranks` as in `orderLayers`. */
export function layoutPart(
  network: Network,
  specs: readonly BoxSpec[],
  spacing: Spacing,
  pointsMax: number,
  ranks?: ArrayLike<number>,
): PartLayout | { readonly reason: string } {
  const ways = orderNetwork(network, pointsMax, ranks);
  const [layered] = ways;
  if (layered === undefined)
    return { reason: `too large to draw: more than ${limits.drawingMaxPoints} points` };
  const crowd = layered.gaps.reduce((max, gap) => Math.max(max, gap.length), 0);
  if (crowd > limits.drawingMaxLinesPerGap) {
    return {
      reason: `too large to draw: ${crowd} lines side by side are more than ${limits.drawingMaxLinesPerGap}`,
    };
  }
  let best = route(layered, specs, spacing);
  for (let at = 1, least = crossingsOf(best); at < ways.length && least > 0; at += 1) {
    const other = route(ways[at] ?? layered, specs, spacing);
    const crossings = crossingsOf(other);
    if (crossings >= least) continue;
    best = other;
    least = crossings;
  }
  return assemble(best, specs);
}

/** A way to draw a network: where all stands and where its lines run. */
type Routed = {
  readonly layered: Layered;
  readonly shapes: Shapes;
  readonly columns: Int32Array;
  readonly pins: ReadonlyMap<Strand, Pins>;
  /** Of each gap: the pins of its strands in ascending order, and their runs. */
  readonly sorted: readonly (readonly Pins[])[];
  readonly routings: readonly Routing[];
};

function route(layered: Layered, specs: readonly BoxSpec[], spacing: Spacing): Routed {
  const shapes = shapeVertices(layered, specs, spacing);
  const columns = assignColumns(layered, shapes);
  const pins = pinColumns(layered, shapes, columns);
  const sorted = layered.gaps.map((gap) => gap.map((strand) => sortedPins(pins.get(strand))));
  return { layered, shapes, columns, pins, sorted, routings: sorted.map(routeGap) };
}

function crossingsOf({ sorted, routings }: Routed): number {
  return sorted.reduce((sum, pins, gap) => sum + countRouteCrossings(pins, routings[gap]?.routes ?? []), 0);
}

function sortedPins(pins: Pins | undefined): Pins {
  const ascending = (a: number, b: number): number => a - b;
  return { tops: pins?.tops.toSorted(ascending) ?? [], bottoms: pins?.bottoms.toSorted(ascending) ?? [] };
}

function assemble(
  { layered, shapes, columns, pins, routings }: Routed,
  specs: readonly BoxSpec[],
): PartLayout {
  const heights = layered.layers.map((layer) =>
    layer.reduce((max, vertex) => Math.max(max, specs[vertex]?.height ?? 0), 1),
  );
  const { spacing } = shapes;
  const tops: number[] = [];
  let height = 0;
  for (const [layer, own] of heights.entries()) {
    tops.push(height);
    if (layer === routings.length) height += own;
    else height += own + spacing.stub + trackCells(spacing, routings[layer]?.rows ?? 0) + spacing.head;
  }
  const boxes = specs.map((spec, box): Box => {
    const width = shapes.widths[box] ?? spec.width;
    const layer = layered.layerOf[box] ?? 0;
    return {
      id: spec.id,
      isPill: spec.isPill ?? false,
      x: columns[box] ?? 0,
      y: tops[layer] ?? 0,
      width,
      height: spec.height,
      insetLeft: (width - spec.width) >> 1,
      insetTop: 0,
      layer,
    };
  });
  const wireOf = new Map<Strand, Wire>();
  for (const [gap, strands] of layered.gaps.entries()) {
    const firstRow = (tops[gap] ?? 0) + (heights[gap] ?? 0) + spacing.stub;
    const lastRow = (tops[gap + 1] ?? 0) - 1;
    for (const [index, strand] of strands.entries()) {
      const own = pins.get(strand) ?? { tops: [], bottoms: [] };
      const from = (vertex: number): number => (tops[gap] ?? 0) + (specs[vertex]?.height ?? 0);
      const route = routings[gap]?.routes[index] ?? { straight: true };
      const ends = {
        tops: pinsOf(layered, strand.tops, own.tops, from),
        bottoms: pinsOf(layered, strand.bottoms, own.bottoms, () => lastRow),
      };
      const jogX = route.straight ? (own.tops[0] ?? 0) : route.jog;
      const [upper, lower] = route.straight ? [0, 0] : [route.upper, route.lower];
      const [upperY, lowerY] = [upper, lower].map((track) => firstRow + track * spacing.track);
      wireOf.set(strand, { ...ends, jogX, upperY: upperY ?? firstRow, lowerY: lowerY ?? firstRow });
    }
  }
  const nets = layered.nets.map((net, index) => ({
    ...net,
    wires: layered.strandsOf[index]?.flatMap((strand) => wireOf.get(strand) ?? []) ?? [],
  }));
  return { ...framed(boxes, nets), height, points: layered.vertexCount };
}

function trackCells({ track }: Spacing, tracks: number): number {
  return tracks === 0 ? 0 : (tracks - 1) * track + 1;
}

function pinsOf(
  layered: Layered,
  vertices: readonly number[],
  columns: readonly number[],
  rowOf: (vertex: number) => number,
): Pin[] {
  const pins = vertices.map((vertex, index) => {
    const box = vertex < layered.boxCount ? vertex : undefined;
    return { x: columns[index] ?? 0, y: rowOf(vertex), box };
  });
  return pins.sort((a, b) => a.x - b.x);
}

/** Moves everything so that it starts at column 0. */
function framed(
  boxes: readonly Box[],
  nets: readonly WiredNet[],
): Pick<PartLayout, 'width' | 'boxes' | 'nets'> {
  let left = Infinity;
  let right = -Infinity;
  for (const box of boxes) {
    left = Math.min(left, box.x);
    right = Math.max(right, box.x + box.width);
  }
  for (const wire of nets.flatMap(({ wires }) => wires)) {
    for (const x of [
      wire.tops[0]?.x,
      wire.bottoms[0]?.x,
      wire.jogX,
      wire.tops.at(-1)?.x,
      wire.bottoms.at(-1)?.x,
    ]) {
      left = Math.min(left, x ?? left);
      right = Math.max(right, (x ?? -Infinity) + 1);
    }
  }
  const shifted = (pins: readonly Pin[]): Pin[] => pins.map((pin) => ({ ...pin, x: pin.x - left }));
  return {
    width: right - left,
    boxes: boxes.map((box) => ({ ...box, x: box.x - left })),
    nets: nets.map(({ tails, heads, wires }) => ({
      tails,
      heads,
      wires: wires.map((wire) => ({
        ...wire,
        tops: shifted(wire.tops),
        bottoms: shifted(wire.bottoms),
        jogX: wire.jogX - left,
      })),
    })),
  };
}
