import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { Grid } from '../../src/graph/grid.ts';
import { layoutGraph } from '../../src/graph/layout.ts';
import type { Layout } from '../../src/graph/layout.ts';
import type { Window } from '../../src/graph/lines.ts';
import { gridToText, paintGraph } from '../../src/graph/paint.ts';
import { paintStubs, STUB_WIDTH, stubsOf } from '../../src/graph/stubs.ts';
import type { Topology } from '../../src/graph/topology.ts';
import { cellsOfText } from '../support/drawing-boxes.ts';
import { readDrawing } from '../support/drawing-reader.ts';
import { drawingOf, edgeNames, flawOf, inWay, layoutOf, WAYS } from '../support/drawing-samples.ts';
import type { Way } from '../support/drawing-samples.ts';
import { DAG_SHAPES, randomDag, randomOf } from '../support/random-dags.ts';

const SEEDS = Number(process.env['DAGTOP_DRAWING_SEEDS'] ?? 10_000);
const CORPUS = join(import.meta.dirname, '../../../shared/corpus');

type Sample = { readonly topology: Topology; readonly way: Way; readonly title: string };

/** The same for the same seed: its shape, and the way in which it is drawn. */
function sampleOf(seed: number): Sample {
  const shape = DAG_SHAPES[seed % DAG_SHAPES.length] ?? 'chains';
  const ways = shape === 'names' ? WAYS.filter(({ ascii }) => !ascii) : WAYS;
  const way = ways[Math.floor(seed / DAG_SHAPES.length) % ways.length] ?? ways[0];
  if (way === undefined) throw new Error('there is no way to draw');
  return {
    topology: inWay(randomDag(seed, shape), way),
    way,
    title: `seed ${seed}, ${shape}, ${JSON.stringify(way)}`,
  };
}

test(
  `${SEEDS} random graphs of all shapes, drawn in all ways, are read back exactly`,
  { timeout: 600_000 },
  () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { topology, way, title } = sampleOf(seed);
      const drawing = drawingOf(topology, { ascii: way.ascii });
      expect(flawOf(topology, drawing), `${title}\n${drawing}`).toBeUndefined();
    }
  },
);

describe.skipIf(!existsSync(CORPUS))('real graphs (../shared/corpus; skipped where it is not)', () => {
  const files = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.json')) : [];
  it.each(files)('%s, in all ways', { timeout: 300_000 }, (file) => {
    const { nodes, edges } = JSON.parse(readFileSync(join(CORPUS, file), 'utf8')) as {
      nodes: string[];
      edges: [string, string][];
    };
    const boxes = nodes.map((id) => ({ id, width: id.length + 4, height: 3 }));
    const graph = { boxes, edges: edges.map(([from, to]) => ({ from, to })) };
    // Reading back 1,100 lines that meet takes seconds.
    for (const way of nodes.length > 1_000 ? WAYS.filter(({ ascii }) => !ascii) : WAYS) {
      const topology = inWay(graph, way);
      const result = layoutGraph(topology);
      if (!result.drawn) throw new Error(result.reason);
      expect(
        flawOf(topology, drawingOf(topology, { ascii: way.ascii })),
        JSON.stringify(way),
      ).toBeUndefined();
    }
  });
});

test('whatever is chosen, highlighted and said of states, the drawing tells the same graph', () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const { topology, way, title } = sampleOf(seed);
    const random = randomOf(seed);
    const layout = layoutOf(topology);
    const chosen = new Set(topology.boxes.filter(() => random() < 0.3).map(({ id }) => id));
    const highlight = new Set(layout.edges.keys().filter(() => random() < 0.3));
    const content = (id: string) => ({
      lines: [
        { text: id, style: 3 },
        { text: 'running', style: 5 },
      ],
      borderStyle: 2,
      double: chosen.has(id),
    });
    const grid = paintGraph(layout, content, {
      ascii: way.ascii,
      highlight,
      highlightStyle: 7,
      lineStyle: 1,
    });
    const drawing = gridToText(grid);
    expect(flawOf(topology, drawing), `${title}\n${drawing}`).toBeUndefined();
  }
});

test('a part of a drawing shows no edge that is not there, and its stubs count those that lead out of it', () => {
  let read = 0;
  let left = 0;
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const { topology, way, title } = sampleOf(seed);
    const random = randomOf(seed);
    const layout = layoutOf(topology);
    const window = {
      x: Math.floor(random() * layout.width * 0.5),
      y: Math.floor(random() * layout.height * 0.5),
      width: 10 + Math.floor(random() * layout.width),
      height: 5 + Math.floor(random() * layout.height),
    };
    const drawing = partWithStubs(layout, window, way.ascii);
    const known = new Set(edgeNames(topology));
    const { edges } = readDrawing(drawing, topology.flow);
    read += edges.length;
    // Of a box that is cut not even the name may be seen.
    const named = edges.filter((edge) => !edge.startsWith(' ') && !edge.endsWith(' '));
    expect(
      named.filter((edge) => !known.has(edge)),
      `${title}\n${drawing}`,
    ).toEqual([]);
    const seen = new Set(
      layout.boxes
        .filter(
          (box) =>
            box.x + box.width > window.x &&
            box.x < window.x + window.width &&
            box.y + box.height > window.y &&
            box.y < window.y + window.height,
        )
        .map(({ id }) => id),
    );
    const leaving = topology.edges.filter(({ from, to }) => seen.has(from) !== seen.has(to)).length;
    left += leaving;
    expect(stubCount(drawing, window), `${title}\n${drawing}`).toBe(leaving);
  }
  expect(read).toBeGreaterThan(1_000);
  expect(left).toBeGreaterThan(1_000);
});

/** The part in a frame with its stubs, as the screen has it. */
function partWithStubs(layout: Layout, window: Window, ascii: boolean): string {
  const content = (id: string) => ({ lines: [{ text: id, style: 0 }], borderStyle: 0 });
  const part = paintGraph(layout, content, { ascii, window });
  const inner = { x: STUB_WIDTH, y: 1, width: window.width, height: window.height };
  const grid = new Grid(window.width + 2 * STUB_WIDTH, window.height + 2);
  for (let y = 0; y < part.height; y += 1)
    for (let x = 0; x < part.width; x += 1) grid.put(inner.x + x, inner.y + y, part.textAt(x, y), 0);
  paintStubs(grid, inner, stubsOf(layout, window), 0, ascii);
  return gridToText(grid);
}

/** The sum of all numbers in the frame. */
function stubCount(drawing: string, { width, height }: Window): number {
  const { at } = cellsOfText(drawing);
  const rowText = (y: number, from: number, to: number): string =>
    Array.from({ length: to - from }, (_, x) => at(from + x, y)).join('');
  const end = width + 2 * STUB_WIDTH;
  const rows = Array.from({ length: height }, (_, y) => y + 1);
  const texts = [
    rowText(0, 0, end),
    rowText(height + 1, 0, end),
    ...rows.flatMap((y) => [rowText(y, 0, STUB_WIDTH), rowText(y, STUB_WIDTH + width, end)]),
  ];
  return texts.flatMap((text) => text.match(/\d+/g) ?? []).reduce((sum, digits) => sum + Number(digits), 0);
}

test('of drawings in which one cell is wrong, at least 99 of 100 are noticed', () => {
  const glyphs = {
    unicode: Array.from(' │─┌┐└┘┬┴├┤┼▼▶'),
    ascii: Array.from(" |-.'+)v>"),
  };
  let tried = 0;
  const missed: string[] = [];
  for (let seed = 1; seed <= 400; seed += 1) {
    const { topology, way, title } = sampleOf(seed);
    const drawing = drawingOf(topology, { ascii: way.ascii });
    const rows = drawing.split('\n').map((row) => Array.from(row));
    const alphabet = way.ascii ? glyphs.ascii : glyphs.unicode;
    const random = randomOf(seed);
    const places = rows.flatMap((row, y) =>
      row.flatMap((glyph, x) => (alphabet.slice(1).includes(glyph) ? [[x, y] as const] : [])),
    );
    for (let mutant = 0; mutant < 25 && places.length > 0; mutant += 1) {
      const [x, y] = places[Math.floor(random() * places.length)] ?? [0, 0];
      const before = rows[y]?.[x] ?? ' ';
      const others = alphabet.filter((glyph) => glyph !== before);
      const after = others[Math.floor(random() * others.length)] ?? ' ';
      const damaged = rows.map((row, at) => (at === y ? row.with(x, after) : row).join('')).join('\n');
      tried += 1;
      if (flawOf(topology, damaged) === undefined)
        missed.push(`${title}: ${before} at ${x},${y} as ${after}\n${damaged}`);
    }
  }
  console.log(`${tried} drawings with a wrong cell, ${missed.length} not noticed`);
  expect(missed.length / tried, missed.slice(0, 3).join('\n\n')).toBeLessThanOrEqual(0.01);
});

describe('drawings that are known to be wrong are refused', () => {
  const graph = (boxes: readonly string[], ...edges: readonly (readonly [string, string])[]): Topology => ({
    boxes: boxes.map((id) => ({ id, width: 5, height: 3 })),
    edges: edges.map(([from, to]) => ({ from, to })),
  });
  const two = ['a', 'b', 'c', 'd'];
  it.each<[string, Topology, string]>([
    [
      'a junction of two tails and two heads, where only a → c and b → d were meant',
      graph(two, ['a', 'c'], ['b', 'd']),
      '┌───┐ ┌───┐\n│ a │ │ b │\n└─┬─┘ └─┬─┘\n  ├─────┤\n  ▼     ▼\n┌───┐ ┌───┐\n│ c │ │ d │\n└───┘ └───┘',
    ],
    [
      'a line that forks to two boxes, of which only one is meant for what joins it below',
      graph(two, ['a', 'c'], ['a', 'd'], ['b', 'd']),
      '┌───┐   ┌───┐\n│ a │   │ b │\n└─┬─┘   └─┬─┘\n  ├───┐   │\n  ▼   │   │\n┌───┐ └─┬─┘\n│ c │   ▼\n└───┘ ┌───┐\n      │ d │\n      └───┘',
    ],
    ['an edge is missing', graph(['a', 'b'], ['a', 'b']), '┌───┐\n│ a │\n└───┘\n\n┌───┐\n│ b │\n└───┘'],
    ['a line ends nowhere', graph(['a', 'b']), '┌───┐ ┌───┐\n│ a │ │ b │\n└─┬─┘ └───┘\n  │'],
    ['a head touches no box', graph(['a', 'b']), '┌───┐ ┌───┐\n│ a │ │ b │\n└─┬─┘ └───┘\n  │\n  ▼'],
    ['a border is broken', graph(['a']), '┌───┐\n│ a  \n└───┘'],
    ['two pills, and a line between them that begins at neither', graph(['a', 'b']), '(a)\n\n ▼\n(b)'],
  ])('%s', (_, topology, drawing) => {
    expect(flawOf(topology, drawing)).toBeDefined();
  });
});
