import { expect, test } from 'vitest';
import { Grid } from '../../src/graph/grid.ts';
import { gridToText } from '../../src/graph/paint.ts';
import { paintStubs, stubsOf, stubsText } from '../../src/graph/stubs.ts';
import type { Stub } from '../../src/graph/stubs.ts';
import { drawingOf, layoutOf, topologyOf } from '../support/drawing-samples.ts';

const fan = topologyOf('a > b, c, d, e > f');
const layout = layoutOf(fan);

/** A part of the fan as it is drawn, above what its stubs say. */
function partOf(x: number, y: number, width: number, height: number): readonly Stub[] {
  return stubsOf(layout, { x, y, width, height });
}

test('nothing leaves a window that shows all', () => {
  expect(partOf(0, 0, layout.width, layout.height)).toEqual([]);
  expect(stubsText([], layout, { x: 0, y: 0, width: layout.width, height: layout.height }, false)).toBe('');
});

test('edges are counted where their lines leave the window, and only those of boxes that are seen', () => {
  const rows = drawingOf(fan).split('\n');
  const trunk = rows[2]?.indexOf('┬') ?? -1;
  // The first three rows show `a` alone: all four edges leave through its trunk.
  expect(partOf(0, 0, layout.width, 3)).toEqual([{ side: 'bottom', at: trunk, count: 4 }]);
  // A row more, and they have parted.
  expect(partOf(0, 0, layout.width, 4).map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  const boxes = new Map(layout.boxes.map((box) => [box.id, box]));
  const b = boxes.get('b');
  if (b === undefined) throw new Error('there is no b');
  const stubs = partOf(b.x, b.y, b.width, b.height);
  expect(stubs.map(({ side, count }) => `${side} ${count}`)).toEqual(['top 1', 'bottom 1']);
});

test('what passes a window without a box that is seen is not counted', () => {
  const passing = layoutOf(topologyOf('a > b > c; a > c'));
  const b = passing.boxes.find(({ id }) => id === 'b');
  if (b === undefined) throw new Error('there is no b');
  const sum = stubsOf(passing, { x: 0, y: b.y, width: passing.width, height: b.height }).reduce(
    (all, { count }) => all + count,
    0,
  );
  expect(sum).toBe(2);
});

function frame(stubs: readonly Stub[], ascii = false): string {
  const grid = new Grid(20, 4);
  paintStubs(grid, { x: 4, y: 1, width: 12, height: 2 }, stubs, 0, ascii);
  return `\n${gridToText(grid)}\n`;
}

test('they stand in the frame beside their lines; what would touch is one sum', () => {
  const stubs: Stub[] = [
    { side: 'left', at: 0, count: 5 },
    { side: 'left', at: 1, count: 12_000 },
    { side: 'top', at: 0, count: 1 },
    { side: 'top', at: 2, count: 2 },
    { side: 'top', at: 8, count: 3 },
    { side: 'bottom', at: 11, count: 123_456 },
    { side: 'right', at: 1, count: 42 },
  ];
  expect(frame(stubs)).toBe(`
    ↑3      ↑3
  5←
12k←            →42
             ↓123456
`);
  expect(frame(stubs, true)).toBe(`
    ^3      ^3
  5<
12k<            >42
             v123456
`);
});

test('however many there are, nothing is lost in a narrow row', () => {
  const many = Array.from({ length: 12 }, (_, at): Stub => ({ side: 'bottom', at, count: at + 90 }));
  const sum = (frame(many).match(/\d+/g) ?? []).reduce((all, digits) => all + Number(digits), 0);
  expect(sum).toBe(many.reduce((all, { count }) => all + count, 0));
});

test('the sums of the sides, and sides where there is more without any edge', () => {
  const stubs = partOf(0, 0, layout.width, 3);
  const top = { x: 0, y: 0, width: layout.width, height: 3 };
  expect(stubsText(stubs, layout, top, false)).toBe('↓4');
  expect(stubsText([], layout, { ...top, x: 1, width: layout.width - 2 }, true)).toBe('< v >');
});
