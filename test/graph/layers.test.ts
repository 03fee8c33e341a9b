import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { connectedParts, partOfNetwork } from '../../src/graph/components.ts';
import { assignLayers } from '../../src/graph/layers.ts';
import { readNetwork, topologicalOrder } from '../../src/graph/network.ts';
import type { Network } from '../../src/graph/network.ts';
import { topologyOf } from '../support/drawing-samples.ts';
import { DAG_SHAPES, randomDag } from '../support/random-dags.ts';

function partsOf(topology: Parameters<typeof readNetwork>[0]): Network[] {
  const read = readNetwork(topology);
  if ('reason' in read) throw new Error(read.reason);
  return connectedParts(read.network).map((boxes) => partOfNetwork(read.network, boxes));
}

/** The layers of all lines that they lead through together; undefined where one does not lead down. */
function lengthOf(network: Network, layerOf: ArrayLike<number>): number | undefined {
  let sum = 0;
  for (const [from, targets] of network.out.entries()) {
    for (const to of targets) {
      const length = (layerOf[to] ?? 0) - (layerOf[from] ?? 0);
      if (length < 1) return undefined;
      sum += length;
    }
  }
  return sum;
}

/** The best of all ways to put boxes into layers, found by trying them all. */
function leastLength(network: Network): number {
  const order = topologicalOrder(network);
  const layerOf = new Int32Array(network.size);
  let least = Number.POSITIVE_INFINITY;
  const place = (at: number): void => {
    const box = order[at];
    if (box === undefined) {
      least = Math.min(least, lengthOf(network, layerOf) ?? least);
      return;
    }
    const first = Math.max(0, ...(network.into[box] ?? []).map((source) => (layerOf[source] ?? 0) + 1));
    for (let layer = first; layer < network.size; layer += 1) {
      layerOf[box] = layer;
      place(at + 1);
    }
  };
  place(0);
  return least;
}

function longestPaths(network: Network): Int32Array {
  const layerOf = new Int32Array(network.size);
  for (const box of topologicalOrder(network))
    for (const target of network.out[box] ?? [])
      layerOf[target] = Math.max(layerOf[target] ?? 0, (layerOf[box] ?? 0) + 1);
  return layerOf;
}

describe('lines are as short as they can be', () => {
  it.each([
    ['a source stands right above its only target', 'a > b > c > d; x > d', { x: 2, a: 0, d: 3 }],
    ['what most lines lead to from below is pulled down', 'a > b > c > d; a > m; m > c, d', { m: 1, c: 2 }],
    ['a chain beside a longer one hangs together', 'a > b > c > d > e; x > y > e', { x: 2, y: 3 }],
  ])('%s', (_, text, expected) => {
    const topology = topologyOf(text);
    const [network] = partsOf(topology);
    if (network === undefined) throw new Error('no part');
    const layerOf = assignLayers(network);
    for (const [name, layer] of Object.entries(expected))
      expect(layerOf[topology.boxes.findIndex(({ id }) => id === name)], name).toBe(layer);
  });

  test('as by trying all ways, on small graphs', () => {
    const graphs = fc
      .record({ size: fc.integer({ min: 2, max: 6 }), pairs: fc.array(fc.tuple(fc.nat(5), fc.nat(5))) })
      .map(({ size, pairs }) => ({
        boxes: Array.from({ length: size }, (__, at) => ({ id: `n${at}`, width: 5, height: 3 })),
        edges: pairs.filter(([a, b]) => a < b && b < size).map(([a, b]) => ({ from: `n${a}`, to: `n${b}` })),
      }));
    fc.assert(
      fc.property(graphs, (topology) => {
        for (const network of partsOf(topology))
          expect(lengthOf(network, assignLayers(network))).toBe(leastLength(network));
      }),
      { numRuns: 200 },
    );
  });
});

test('on graphs of all shapes lines lead down, are never longer than by longest paths, and begin at layer 0', () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const shape = DAG_SHAPES[seed % DAG_SHAPES.length] ?? 'chains';
    for (const network of partsOf(randomDag(seed, shape, 60))) {
      const layerOf = assignLayers(network);
      const length = lengthOf(network, layerOf);
      expect(length, `seed ${seed}, ${shape}`).toBeDefined();
      expect(length).toBeLessThanOrEqual(lengthOf(network, longestPaths(network)) ?? 0);
      expect(Math.min(...layerOf)).toBe(0);
    }
  }
});
