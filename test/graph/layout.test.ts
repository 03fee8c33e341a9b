import { describe, expect, it, test } from 'vitest';
import { layoutGraph } from '../../src/graph/layout.ts';
import type { Topology } from '../../src/graph/topology.ts';
import { readDrawing } from '../support/drawing-reader.ts';
import { drawingOf, edgeNames, layoutOf, topologyOf } from '../support/drawing-samples.ts';
import { DAG_SHAPES, randomDag } from '../support/random-dags.ts';

describe('what cannot be drawn is told', () => {
  const box = (id: string) => ({ id, width: 5, height: 3 });
  test.each<[string, Topology, string]>([
    ['a cycle', topologyOf('s > a > c > b > a; b > e'), 'a cycle: a → c → b → a'],
    ['an edge to itself', topologyOf('a > a'), 'a cycle: a → a'],
    [
      'an unknown name',
      { boxes: [box('a')], edges: [{ from: 'a', to: 'b\u001B[2J' }] },
      'an edge enters b, which is no box',
    ],
    ['a name twice', { boxes: [box('a'), box('a')], edges: [] }, 'two boxes are named a'],
  ])('%s', (_, topology, reason) => {
    expect(layoutGraph(topology)).toEqual({ drawn: false, reason });
  });

  it('a graph of too many long lines, soon', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `n${index}`);
    const edges = names.flatMap((from, index) =>
      [1, 1_000].flatMap((step) =>
        names[index + step] === undefined ? [] : [{ from, to: names[index + step] ?? '' }],
      ),
    );
    const result = layoutGraph({ boxes: names.map(box), edges });
    expect(result).toEqual({ drawn: false, reason: expect.stringMatching(/^too large to draw/) });
  });
});

test('the same graph gives the same layout, and double edges change nothing', () => {
  const topology = topologyOf('a > b, c > d > e; a > e; c > e; x > y');
  expect(layoutOf(topology)).toEqual(layoutOf(topology));
  const doubled = { boxes: topology.boxes, edges: [...topology.edges, ...topology.edges] };
  expect(drawingOf(doubled)).toBe(drawingOf(topology));
});

test('hundreds side by side, read back', () => {
  const topology = topologyOf(`a > ${Array.from({ length: 300 }, (_, index) => `n${index}`).join(', ')} > z`);
  const drawing = drawingOf(topology);
  const reading = readDrawing(drawing);
  expect(reading.problems).toEqual([]);
  expect(reading.edges).toEqual(edgeNames(topology));
  expect(drawing.split('\n')).toHaveLength(13);
});

test('a chain of twenty thousand', () => {
  const topology = topologyOf(Array.from({ length: 20_000 }, (_, index) => `n${index}`).join(' > '));
  const layout = layoutOf(topology);
  expect(layout.height).toBe(4 * 20_000 - 1);
  expect(layout.width).toBeLessThan(15);
});

test('many parts stand on shelves', () => {
  const layout = layoutOf(topologyOf(Array.from({ length: 60 }, (_, index) => `box${index}`).join('; ')));
  expect(layout.width).toBeLessThanOrEqual(100);
  expect(layout.height).toBeLessThan(40);
});

test('boxes never touch each other', () => {
  const { boxes } = layoutOf(topologyOf('a > b, c, d > e, f, g; a > g; d > x > y; b > y; m > n; o'));
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      const beside = a.x + a.width < b.x || b.x + b.width < a.x;
      const apart = a.y + a.height < b.y || b.y + b.height < a.y;
      expect(beside || apart, `${a.id} and ${b.id}`).toBe(true);
    }
  }
});

test('a new node leaves the others in their order', () => {
  const order = (text: string): string[] => {
    const { boxes } = layoutOf(topologyOf(text));
    return boxes
      .filter((box) => box.layer === 1 && box.id !== 'new')
      .toSorted((a, b) => a.x - b.x)
      .map((box) => box.id);
  };
  const before = order('a > b, c, d, e > z; c > y');
  expect(before.toSorted()).toEqual(['b', 'c', 'd', 'e']);
  expect(order('a > b, c, d, e > z; c > y; a > new')).toEqual(before);
  expect(order('a > new; a > b, c, d, e > z; c > y')).toEqual(before);
});

test('a drawing is no larger than what stands in it', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const graph = randomDag(seed, DAG_SHAPES[seed % DAG_SHAPES.length] ?? 'chains');
    for (const flow of ['down', 'right'] as const) {
      const topology = { ...graph, flow };
      const layout = layoutOf(topology);
      const rows = drawingOf(topology).split('\n');
      expect(layout.height, `seed ${seed}`).toBe(rows.findLastIndex((row) => row !== '') + 1);
      expect(rows.some((row) => row !== '' && !row.startsWith(' '))).toBe(true);
      const right = Math.max(...layout.boxes.map(({ x, width }) => x + width));
      const lines = layout.wires.flatMap(({ tops, bottoms, jogX }) => [
        jogX,
        ...[...tops, ...bottoms].map(({ x }) => x),
      ]);
      if (flow === 'down') expect(layout.width).toBe(Math.max(right, ...lines.map((x) => x + 1)));
    }
  }
});
