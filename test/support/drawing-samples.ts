import { layoutGraph } from '../../src/graph/layout.ts';
import type { Layout } from '../../src/graph/layout.ts';
import { gridToText, paintGraph } from '../../src/graph/paint.ts';
import type { PaintOptions } from '../../src/graph/paint.ts';
import type { Edge, Topology } from '../../src/graph/topology.ts';

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
