import { expect, it, test } from 'vitest';
import { connectedParts, partOfNetwork } from '../../src/graph/components.ts';
import { Arrangement } from '../../src/graph/arrangement.ts';
import { cutNets } from '../../src/graph/layered.ts';
import type { Layered } from '../../src/graph/layered.ts';
import { assignLayers } from '../../src/graph/layers.ts';
import { singleNets } from '../../src/graph/nets.ts';
import { readNetwork } from '../../src/graph/network.ts';
import { orderLayers } from '../../src/graph/ordering.ts';
import type { Topology } from '../../src/graph/topology.ts';
import { topologyOf } from '../support/drawing-samples.ts';
import { DAG_SHAPES, randomDag } from '../support/random-dags.ts';

function partsOf(topology: Topology): Layered[] {
  const read = readNetwork(topology);
  if ('reason' in read) throw new Error(read.reason);
  return connectedParts(read.network).flatMap((boxes) => {
    const part = partOfNetwork(read.network, boxes);
    return cutNets(singleNets(part), assignLayers(part), 100_000) ?? [];
  });
}

function positionsOf(layered: Layered): Int32Array {
  const position = new Int32Array(layered.vertexCount);
  for (const layer of layered.layers) for (const [slot, vertex] of layer.entries()) position[vertex] = slot;
  return position;
}

/** Each pair of lines in turn; all nets have one tail and one head here, or are counted alike. */
function crossingsOf(layered: Layered): number {
  const position = positionsOf(layered);
  let sum = 0;
  for (const gap of layered.gaps) {
    const lines = gap.flatMap(({ tops, bottoms }) =>
      tops.flatMap((top) => bottoms.map((bottom) => [position[top] ?? 0, position[bottom] ?? 0] as const)),
    );
    for (const [index, [top, bottom]] of lines.entries())
      for (const [otherTop, otherBottom] of lines.slice(index + 1))
        if ((top - otherTop) * (bottom - otherBottom) < 0) sum += 1;
  }
  return sum;
}

it.each([
  ['a tree, told in a bad order', 'r > b, a; a > d, c; b > f, e; d > h, g', 0],
  ['two diamonds that share their ends', 'a > b, c, d, e > z', 0],
  ['lines that are exchanged in the file', 'a > y; b > x; c > z', 0],
  ['two of each, all to all', 'a, b > x, y', 1],
])('%s (%s) has %i crossings at best', (_, text, least) => {
  const sum = partsOf(topologyOf(text)).reduce((total, layered) => {
    orderLayers(layered);
    return total + crossingsOf(layered);
  }, 0);
  expect(sum).toBe(least);
});

test('on graphs of all shapes the order has no more crossings than that of the file, keeps each layer, and is always the same', () => {
  let before = 0;
  let after = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const topology = randomDag(seed, DAG_SHAPES[seed % DAG_SHAPES.length] ?? 'chains', 50);
    const again = partsOf(topology);
    for (const [at, layered] of partsOf(topology).entries()) {
      const boxes = layered.layers.map((layer) => layer.toSorted((a, b) => a - b));
      const first = crossingsOf(layered);
      orderLayers(layered);
      const best = crossingsOf(layered);
      expect(best, `seed ${seed}`).toBeLessThanOrEqual(first);
      expect(layered.layers.map((layer) => layer.toSorted((a, b) => a - b))).toEqual(boxes);
      const twin = again[at];
      if (twin === undefined) throw new Error('a part is missing');
      orderLayers(twin);
      expect(twin.layers).toEqual(layered.layers);
      before += first;
      after += best;
    }
  }
  expect(after).toBeLessThan(before / 2);
});

test('crossings are counted as by looking at each pair of lines', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    for (const layered of partsOf(randomDag(seed, DAG_SHAPES[seed % DAG_SHAPES.length] ?? 'chains', 40))) {
      // In a net of many tails and heads not all pairs are looked at.
      if (layered.nets.some(({ tails }) => tails.length > 1)) continue;
      expect(new Arrangement(layered).crossings(), `seed ${seed}`).toBe(crossingsOf(layered));
    }
  }
});
