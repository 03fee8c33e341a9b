import { expect, test } from 'vitest';
import { Grid } from '../../src/graph/grid.ts';
import { mapSize, paintMap, placeMap } from '../../src/graph/minimap.ts';
import { gridToText } from '../../src/graph/paint.ts';
import { layoutOf, topologyOf } from '../support/drawing-samples.ts';

const text = Array.from({ length: 12 }, (_, at) => `s > a${at} > b${at}`).join(';');
const layout = layoutOf(topologyOf(text));
const window = { x: 0, y: 0, width: layout.width >> 2, height: layout.height };
const markOf = (id: string) =>
  id === 'b11'
    ? { rank: 0, glyph: 'x', isTelling: true, style: 3 }
    : { rank: 8, glyph: '+', isTelling: false, style: 2 };

function map(ascii: boolean): string {
  const size = mapSize(layout, { width: 24, height: 8 });
  return gridToText(paintMap(layout, window, size, markOf, { ascii, frameStyle: 0, windowStyle: 9 }));
}

test('all boxes in the small: what needs a look stands out, and the frame is heavy beside the window', () => {
  expect(`\n${map(false)}`).toBe(`
╭━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╮
┃░░░░░░   ⠸⠿           ┃
┃⣶⣶⣶⢰⣶⣶⣶⣶⣶⣶⣶⣶⢰⣶⣶⡆⣶⡆⣶⣶⣶⣶┃
┃⣶⣶⣶⢰⣶⣶⣶⣶⣶⣶⣶⣶⢰⣶⣶⡆⣶⡆⣶⣶xx┃
╰━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╯`);
  expect(map(true).split('\n')).toMatchInlineSnapshot(`
    [
      ".======----------------.",
      "#======   ++           #",
      "#++++++++++++++++++++++#",
      "#++++++++++++++++++++xx#",
      "'======----------------'",
    ]
  `);
});

test('a map has the shape of its drawing, within bounds', () => {
  expect(mapSize({ width: 4_000, height: 40 }, { width: 30, height: 10 })).toEqual({ width: 30, height: 4 });
  expect(mapSize({ width: 40, height: 4_000 }, { width: 30, height: 10 })).toEqual({ width: 10, height: 10 });
});

test('it stands where it hides no box, else not over the chosen one, with a blank cell around it', () => {
  const whole = { x: 0, y: 0, width: 40, height: 9 };
  const box = (id: string, x: number, y: number) => ({
    id,
    x,
    y,
    width: 12,
    height: 3,
    isPill: false,
    insetLeft: 0,
    insetTop: 0,
    layer: 0,
  });
  const placed = (...boxes: ReturnType<typeof box>[]): { x: number; y: number } => {
    const grid = new Grid(40, 9);
    for (let x = 0; x < 40; x += 1) for (let y = 0; y < 9; y += 1) grid.put(x, y, '.', 0);
    const small = new Grid(10, 4);
    for (let x = 0; x < 10; x += 1) for (let y = 0; y < 4; y += 1) small.put(x, y, '#', 0);
    placeMap(grid, small, whole, { ...layout, boxes, width: 40, height: 9 }, whole, 'chosen');
    const rows = gridToText(grid).split('\n');
    const y = rows.findIndex((row) => row.includes('#'));
    const x = rows[y]?.indexOf('#') ?? -1;
    const aside = x === 0 ? rows[y]?.[10] : rows[y]?.[x - 1];
    expect(aside).toBe(' ');
    return { x, y };
  };
  expect(placed()).toEqual({ x: 30, y: 0 });
  expect(placed(box('a', 28, 0))).toEqual({ x: 0, y: 0 });
  const all = [box('a', 28, 0), box('chosen', 0, 0), box('b', 28, 6), box('c', 0, 6)];
  expect(placed(...all)).not.toEqual({ x: 0, y: 0 });
});
