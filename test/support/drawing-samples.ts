import { layoutGraph } from '../../src/graph/layout.ts';
import type { Layout } from '../../src/graph/layout.ts';
import { gridToText, paintGraph } from '../../src/graph/paint.ts';
import type { PaintOptions } from '../../src/graph/paint.ts';
import type { Edge, Flow, Topology } from '../../src/graph/topology.ts';
import { readDrawing } from './drawing-reader.ts';

/** A topology from a text like `a > b, c > d; e`: every box of a step leads to every box of the next one. */
export function topologyOf(text: string): Topology {
  const names = new Set<string>();
  const edges: Edge[] = [];
  for (const chain of text.split(';')) {
    const steps = chain.split('>').map((step) => step.split(',').map((name) => name.trim()));
    for (const name of steps.flat()) names.add(name);
    for (const [index, step] of steps.entries()) {
      for (const from of steps[index - 1] ?? []) for (const to of step) edges.push({ from, to });
    }
  }
  return { boxes: [...names].map((id) => ({ id, width: Math.max(5, id.length + 4), height: 3 })), edges };
}

export function layoutOf(topology: Topology): Layout {
  const result = layoutGraph(topology);
  if (!result.drawn) throw new Error(result.reason);
  return result.layout;
}

/** The drawing with each box's id as its only text. */
export function drawingOf(topology: Topology, options: PaintOptions = {}): string {
  const content = (id: string) => ({ lines: [{ text: id, style: 0 }], borderStyle: 0 });
  return gridToText(paintGraph(layoutOf(topology), content, options));
}

/** The edges in the way the reader tells them. */
export function edgeNames(topology: Topology): string[] {
  return [...new Set(topology.edges.map(({ from, to }) => `${from} → ${to}`))].sort();
}

/** Every way in which a drawing can be made: with borders or as pills, downwards or to the right, in both alphabets. */
export type Way = { readonly ascii: boolean; readonly isPill: boolean; readonly flow: Flow };
export const WAYS: readonly Way[] = [false, true].flatMap((ascii) =>
  [false, true].flatMap((isPill) => (['down', 'right'] as const).map((flow) => ({ ascii, isPill, flow }))),
);

/** The same graph for a drawing of that kind. */
export function inWay({ boxes, edges }: Topology, { isPill, flow }: Way): Topology {
  return { boxes: boxes.map((box) => (isPill ? { ...box, isPill, height: 1 } : box)), edges, flow };
}

/** Whether a drawing tells exactly the boxes and edges of its graph; what is wrong with it otherwise. */
export function flawOf(topology: Topology, drawing: string): string | undefined {
  const reading = readDrawing(drawing, topology.flow);
  if (reading.problems.length > 0) return reading.problems.slice(0, 5).join('; ');
  const boxes = reading.boxes.map(({ name }) => name).toSorted();
  const expected = topology.boxes.map(({ id }) => id).toSorted();
  if (boxes.join('\n') !== expected.join('\n')) return `boxes ${boxes.join(', ')}`;
  const edges = edgeNames(topology);
  const wrong = [
    ...reading.edges.filter((edge) => !edges.includes(edge)),
    ...edges.filter((edge) => !reading.edges.includes(edge)).map((edge) => `not ${edge}`),
  ];
  if (wrong.length > 0) return wrong.join('; ');
  return reading.edges.length === edges.length ? undefined : 'an edge is drawn twice';
}
