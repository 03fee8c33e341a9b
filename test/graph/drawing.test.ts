import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Topology } from '../../src/graph/topology.ts';
import { readDrawing } from '../support/drawing-reader.ts';
import { drawingOf, edgeNames, flawOf, inWay, topologyOf, WAYS } from '../support/drawing-samples.ts';
import type { Way } from '../support/drawing-samples.ts';

const shapes: readonly (readonly [string, string])[] = [
  ['one box', 'a'],
  ['boxes without edges', 'a; b; c; d'],
  ['a chain', 'a > b > c > d > e'],
  ['a diamond', 'a > b, c > d'],
  ['the older form', 'A > B, C > D > E'],
  ['a skipped level', 'a > b > c; a > c'],
  ['many skipped levels', 'a > b > c > d > e > f; a > c; a > d; a > f; b > e; b > f; c > f'],
  ['a fan of three', 'a > b, c, d > e'],
  ['a wide fan', `a > ${Array.from({ length: 40 }, (_, index) => `n${index}`).join(', ')} > z`],
  ['all to all, few', 'a, b, c > d, e, f'],
  ['all to all, many', 'a, b, c, d > e, f, g, h'],
  ['all to all and more', 'a, b, c, d > e, f, g, h; a > x > e; d > x'],
  ['two parts', 'a > b > c; x > y, z'],
  ['lines that must cross', 'a > y; b > x; a > x; b > z; c > y; c > z'],
  ['exchanged neighbours', 'a > b; c > d; a > d; c > b'],
  ['a fan over long and short ways', 'a > b, c, d > e > f; a > e; a > f; c > f'],
  ['names of many lengths', 'a > a-rather-long-name, b > c; b > another-long-name; a > c'],
];

describe.each(WAYS)(
  'a drawing (ascii: $ascii, pills: $isPill, to the $flow) tells exactly the edges of',
  (way) => {
    test.each(shapes)('%s', (_, text) => expectFaithful(topologyOf(text), way));
  },
);

test('whatever the graph, the drawing tells exactly its edges', () => {
  fc.assert(
    fc.property(graphs, fc.constantFrom(...WAYS), (topology, way) => expectFaithful(topology, way)),
    { numRuns: 300 },
  );
});

describe('the reader of these tests', () => {
  const topology = topologyOf('a > b, c > d; a > d; b > e; c > e');
  const drawing = drawingOf(topology);

  it('notices any lost piece of a line', () => {
    const rows = drawing.split('\n').map((row) => Array.from(row));
    const boxed = readDrawing(drawing).boxes;
    let tried = 0;
    for (const [y, row] of rows.entries()) {
      for (const [x, glyph] of row.entries()) {
        const inside = boxed.some(
          (box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
        );
        if (glyph === ' ' || inside) continue;
        const damaged = rows.map((cells, at) => (at === y ? cells.with(x, ' ') : cells).join('')).join('\n');
        expect(readDrawing(damaged).problems, damaged).not.toEqual([]);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(20);
  });

  it('notices a crossing drawn as a fork', () => {
    expect(drawing).toContain('┼');
    const reading = readDrawing(drawing.replace('┼', '┬'));
    expect([reading.edges, reading.problems]).not.toEqual([edgeNames(topology), []]);
  });
});

/** Boxes of many sizes; edges lead from earlier to later ones of a shuffled order, so that the file's order is no help. */
const graphs: fc.Arbitrary<Topology> = fc
  .record({
    sizes: fc.array(
      fc.record({ width: fc.integer({ min: 7, max: 16 }), height: fc.integer({ min: 3, max: 5 }) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    ),
    pairs: fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 90 }),
    turn: fc.nat(1_000),
  })
  .map(({ sizes, pairs, turn }) => {
    const boxes = sizes.map((size, index) => ({ id: `n${index}`, ...size }));
    const rank = (index: number): number => (index * 7 + turn) % 41;
    const edges = pairs
      .filter(([a, b]) => a < boxes.length && b < boxes.length && a !== b)
      .map(([a, b]) => (rank(a) < rank(b) ? { from: `n${a}`, to: `n${b}` } : { from: `n${b}`, to: `n${a}` }));
    return { boxes, edges };
  });

function expectFaithful(graph: Topology, way: Way): void {
  const topology = inWay(graph, way);
  const drawing = drawingOf(topology, { ascii: way.ascii });
  expect(flawOf(topology, drawing), drawing).toBeUndefined();
}
