import { connectedParts, partOfNetwork } from '../../src/graph/components.ts';
import { layoutGraph } from '../../src/graph/layout.ts';
import { orderNetwork } from '../../src/graph/ordered-network.ts';
import { paintGraph } from '../../src/graph/paint.ts';
import { readNetwork } from '../../src/graph/network.ts';
import { stackSiblings } from '../../src/graph/stacks.ts';
import type { Topology } from '../../src/graph/topology.ts';
import { randomOf } from '../../test/support/random-dags.ts';
import { percentile } from './usage.ts';

const ROUNDS = 7;
const WINDOW = { x: 0, y: 0, width: 200, height: 60 };

/** Prints how long drawings take, warm, median of several. */
export function timeGraph(): void {
  row('100 boxes, 150 edges, to cells', 20, layeredGraph(100, 10, 150), (topology) => {
    const result = layoutGraph(topology);
    if (result.drawn) paintGraph(result.layout, content, { window: WINDOW });
  });
  for (const [edges, goalMs] of [
    [1_400, 50],
    [5_000, 200],
  ] as const) {
    const topology = layeredGraph(1_000, 40, edges);
    const name = `1,000 boxes, ${edges} edges`;
    row(`${name}, layers and order`, goalMs, topology, layAndOrder);
    row(`${name}, laid out`, undefined, topology, layoutGraph);
  }
  row('7,000 boxes in stacks, to cells', 500, siblings(7_000), (topology) => {
    const read = readNetwork(topology);
    if ('reason' in read) throw new Error(read.reason);
    const { groups, edges } = stackSiblings(
      topology.boxes.map(({ id }) => id),
      read.network,
      read.edges,
    );
    const boxes = groups.map((_, at) => ({ id: String(at), width: 28, height: 5 }));
    const result = layoutGraph({
      boxes,
      edges: edges.map(({ from, to }) => ({ from: String(from), to: String(to) })),
    });
    if (result.drawn) paintGraph(result.layout, content, { window: WINDOW });
  });
}

function layAndOrder(topology: Topology): void {
  const read = readNetwork(topology);
  if ('reason' in read) throw new Error(read.reason);
  for (const boxes of connectedParts(read.network)) {
    orderNetwork(partOfNetwork(read.network, boxes), Number.MAX_SAFE_INTEGER);
  }
}

function row(
  name: string,
  goalMs: number | undefined,
  topology: Topology,
  run: (topology: Topology) => unknown,
): void {
  run(topology);
  run(topology);
  const times = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    run(topology);
    return performance.now() - startMs;
  });
  const took = percentile(times, 0.5);
  const goal = goalMs === undefined ? '' : `goal ${goalMs} ms  ${took <= goalMs ? 'met' : 'MISSED'}`;
  console.log(`${name.padEnd(44)} ${took.toFixed(1).padStart(8)} ms  ${goal}`.trimEnd());
}

function content(id: string) {
  return { lines: [{ text: id, style: 0 }], borderStyle: 0 };
}

function layeredGraph(size: number, width: number, edgeCount: number): Topology {
  const random = randomOf(size + edgeCount);
  const boxes = Array.from({ length: size }, (_, at) => ({ id: `n${at}`, width: 14, height: 3 }));
  const edges = Array.from({ length: edgeCount }, () => {
    const to = width + Math.floor(random() * (size - width));
    const layer = Math.floor(to / width) - (random() < 0.9 ? 1 : Math.ceil(random() * 3));
    const from = Math.max(0, layer) * width + Math.floor(random() * width);
    return { from: `n${from}`, to: `n${to}` };
  }).filter(({ from, to }) => Number(from.slice(1)) < Number(to.slice(1)));
  return { boxes, edges };
}

/** Ten kinds one after the other, the members of each joined one to one. */
function siblings(size: number): Topology {
  const width = Math.floor(size / 10);
  const name = (kind: number, at: number): string => `kind${'abcdefghij'[kind] ?? ''}-${at}`;
  const boxes = Array.from({ length: size }, (_, at) => ({
    id: name(Math.floor(at / width), at % width),
    width: 14,
    height: 3,
  }));
  const edges = boxes.slice(width).map((_, at) => ({
    from: name(Math.floor(at / width), at % width),
    to: name(Math.floor(at / width) + 1, at % width),
  }));
  return { boxes, edges };
}
