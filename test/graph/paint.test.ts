import { expect, test } from 'vitest';
import type { Box } from '../../src/graph/layout.ts';
import { gridToText, paintGraph } from '../../src/graph/paint.ts';
import type { BoxContent } from '../../src/graph/paint.ts';
import { drawingOf, layoutOf, topologyOf } from '../support/drawing-samples.ts';

const topology = topologyOf('a > b, c > d; a > d; b > e; c > e');

test('a window shows that part of the drawing', () => {
  const whole = drawingOf(topology).split('\n');
  const { width, height } = layoutOf(topology);
  for (let y = -2; y < height; y += 3) {
    for (let x = -2; x < width; x += 3) {
      const part = drawingOf(topology, { window: { x, y, width: 9, height: 7 } });
      const expected = Array.from({ length: 7 }, (_, row) =>
        Array.from({ length: 9 }, (_, column) => whole[y + row]?.[x + column] ?? ' ')
          .join('')
          .trimEnd(),
      );
      expect(part).toBe(expected.join('\n'));
    }
  }
});

test('what a box says moves nothing', () => {
  const layout = layoutOf(topology);
  const lines = (text: string): BoxContent => ({ lines: [{ text, style: 1 }], borderStyle: 2, double: true });
  const blank = gridToText(paintGraph(layout, () => lines('')));
  const busy = gridToText(paintGraph(layout, (id) => lines(`${id} is running for a long while`)));
  const shape = (text: string): string => text.replaceAll(/[a-z…]/g, ' ').replaceAll(/ +$/gm, '');
  expect(shape(busy)).toBe(shape(blank));
});

test('hostile names keep their columns', () => {
  const names = [
    '\u001B[2J\u001B]0;x\u0007evil',
    '日本語の名前です',
    '🚀🚀',
    '\u202Eabc',
    'שלום עולם',
    `z${'\u0301'.repeat(99)}`,
  ];
  const boxes = names.map((id) => ({ id, width: 11, height: 3 }));
  const layout = layoutOf({ boxes, edges: names.slice(1).map((to) => ({ from: names[0] ?? '', to })) });
  const plain = paintGraph(layout, () => ({ lines: [], borderStyle: 0 }));
  const named = paintGraph(layout, (id) => ({ lines: [{ text: id, style: 0 }], borderStyle: 0 }));
  for (const [index, box] of layout.boxes.entries()) {
    const inside = Array.from(
      { length: box.width - 2 },
      (_, column) => named.at(box.x + 1 + column, box.y + 1)?.text,
    );
    expect(inside.join('').trim(), names[index]).not.toBe('');
    // A wide character and the empty cell behind it stand for two columns, so nothing right of it is moved.
    for (const edge of [box.x, box.x + box.width - 1]) {
      expect(named.at(edge, box.y + 1)?.text).toBe(plain.at(edge, box.y + 1)?.text);
    }
  }
  // oxlint-disable-next-line no-control-regex -- control bytes are what it looks for
  expect(gridToText(named)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
});

test('a highlighted edge is marked from its box to the other, and nothing else', () => {
  const layout = layoutOf(topologyOf('a > b, c'));
  const grid = paintGraph(layout, () => ({ lines: [], borderStyle: 0 }), {
    lineStyle: 1,
    highlight: new Set([1]),
    highlightStyle: 2,
  });
  const styles = Array.from({ length: grid.height }, (_, y) =>
    Array.from({ length: grid.width }, (_, x) => grid.at(x, y)?.style ?? 0).join(''),
  );
  expect(styles.slice(3, 5)).toEqual(['0011112222200', '0010000000200']);
});

test.each([
  'a > b, c > d > e; a > e; b > e',
  'a, b, c, d > e, f; c > x > y; a > y; d > y > z',
  's > a, b, c, d, e > t; s > t',
])('the mark of each edge of %s leads from its one box to the other alone', (text) => {
  const { edges } = topologyOf(text);
  const layout = layoutOf(topologyOf(text));
  for (const [index, { from, to }] of edges.entries()) {
    const grid = paintGraph(layout, () => ({ lines: [], borderStyle: 0 }), {
      highlight: new Set([index]),
      highlightStyle: 2,
    });
    const marked = new Set<string>();
    for (let y = 0; y < grid.height; y += 1) {
      for (let x = 0; x < grid.width; x += 1) if (grid.at(x, y)?.style === 2) marked.add(`${x},${y}`);
    }
    const touched = (row: (box: Box) => number): string[] =>
      layout.boxes
        .filter((box) =>
          Array.from({ length: box.width }, (_, x) => `${box.x + x},${row(box)}`).some((cell) =>
            marked.has(cell),
          ),
        )
        .map((box) => box.id);
    expect(touched((box) => box.y + box.height)).toContain(from);
    expect(touched((box) => box.y - 1)).toEqual([to]);
    const [first = ''] = marked;
    const joined = new Set([first]);
    for (const cell of joined) {
      const [x = 0, y = 0] = cell.split(',').map(Number);
      for (const next of [`${x + 1},${y}`, `${x - 1},${y}`, `${x},${y + 1}`, `${x},${y - 1}`])
        if (marked.has(next)) joined.add(next);
    }
    expect(joined.size).toBe(marked.size);
  }
});

test('a selected box is double, in ASCII too', () => {
  const content = (id: string): BoxContent => ({
    lines: [{ text: id, style: 0 }],
    borderStyle: 0,
    double: id === 'a',
  });
  const layout = layoutOf(topologyOf('a > b'));
  expect(`\n${gridToText(paintGraph(layout, content))}`).toBe(`
╔═══╗
║ a ║
╚═╤═╝
  ▼
┌───┐
│ b │
└───┘`);
  expect(`\n${gridToText(paintGraph(layout, content, { ascii: true }))}`).toBe(`
#===#
# a #
#=+=#
  v
+---+
| b |
+---+`);
});
