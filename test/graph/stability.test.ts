import { expect, test } from 'vitest';
import { layoutGraph, placesOf } from '../../src/graph/layout.ts';
import type { Layout } from '../../src/graph/layout.ts';
import type { Topology } from '../../src/graph/topology.ts';
import { layoutOf, topologyOf } from '../support/drawing-samples.ts';
import { DAG_SHAPES, randomDag, randomOf } from '../support/random-dags.ts';

/** Of the pairs of boxes that stand side by side in both drawings, and those of them that changed sides. */
function pairsOf(before: Layout, after: Layout): { readonly pairs: number; readonly swapped: number } {
  const places = new Map(after.boxes.map((box) => [box.id, box]));
  let pairs = 0;
  let swapped = 0;
  for (const [index, a] of before.boxes.entries()) {
    for (const b of before.boxes.slice(index + 1)) {
      const [own, other] = [places.get(a.id), places.get(b.id)];
      if (own === undefined || other === undefined || a.y !== b.y || own.y !== other.y) continue;
      pairs += 1;
      if ((a.x - b.x) * (own.x - other.x) < 0) swapped += 1;
    }
  }
  return { pairs, swapped };
}

/** With another box, or another edge. */
function grown({ boxes, edges }: Topology, seed: number, layout: Layout): Topology {
  const random = randomOf(seed);
  const [a, b] = [0, 1]
    .flatMap(() => layout.boxes[Math.floor(random() * boxes.length)] ?? [])
    .sort((one, other) => one.layer - other.layer);
  if (seed % 2 === 0 || a === undefined || b === undefined || a.layer === b.layer) {
    const added = { id: 'new', width: 9, height: 3 };
    return { boxes: [...boxes, added], edges: [...edges, { from: a?.id ?? '', to: 'new' }] };
  }
  return { boxes, edges: [...edges, { from: a.id, to: b.id }] };
}

test('boxes stay in their order when a box or an edge is added, as far as lines do not cross much more', () => {
  let pairs = 0;
  const swapped = { fresh: 0, kept: 0 };
  for (let seed = 1; seed <= 200; seed += 1) {
    const topology = randomDag(seed, DAG_SHAPES[seed % DAG_SHAPES.length] ?? 'chains', 40);
    const before = layoutOf(topology);
    const after = grown(topology, seed, before);
    const kept = pairsOf(before, layoutOf({ ...after, before: placesOf(before) }));
    pairs += kept.pairs;
    swapped.kept += kept.swapped;
    swapped.fresh += pairsOf(before, layoutOf(after)).swapped;
  }
  expect(pairs).toBeGreaterThan(2_000);
  expect(swapped.kept / pairs).toBeLessThan(0.04);
  expect(swapped.kept).toBeLessThan(swapped.fresh / 2);
});

test('an order that somebody is used to stays where it costs nothing', () => {
  const text = 'a > b, c, d; b > e; c > f; d > g';
  const before = new Map(['a', 'd', 'b', 'c'].map((id, at) => [id, at]));
  const layout = layoutOf({ ...topologyOf(text), before });
  const order = layout.boxes.filter(({ layer }) => layer === 1).toSorted((a, b) => a.x - b.x);
  expect(order.map(({ id }) => id)).toEqual(['d', 'b', 'c']);
});

test('what was drawn before and is gone, or new, is no trouble', () => {
  const before = new Map([['gone', 3]]);
  expect(layoutGraph({ ...topologyOf('a > b, c'), before })).toEqual(layoutGraph(topologyOf('a > b, c')));
});
