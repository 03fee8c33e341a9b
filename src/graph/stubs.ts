import type { Grid } from './grid.ts';
import { turned } from './layout.ts';
import type { Layout } from './layout.ts';
import { edgeWay } from './lines.ts';
import type { Window } from './lines.ts';
import { isSeen } from './paint-box.ts';

/** Edges that leave a window, for a drawing of which only a part is shown: it and its stubs tell all edges of the boxes that are seen. */

const SIDES = ['left', 'top', 'bottom', 'right'] as const;
export type Side = (typeof SIDES)[number];

/** So many edges lead out of the window there, from or to a box that is seen. `at`: the row or column of the window. */
export type Stub = { readonly side: Side; readonly at: number; readonly count: number };

type Point = { readonly x: number; readonly y: number };

const ARROWS: Readonly<Record<Side, readonly [string, string]>> = {
  left: ['←', '<'],
  top: ['↑', '^'],
  bottom: ['↓', 'v'],
  right: ['→', '>'],
};

/** Columns for the stubs at the left and at the right. */
export const STUB_WIDTH = 4;
const COUNT_MAX = 999;

/**
 * Each edge with one end in a box that is seen, if only in part, and the other in one that is not, counted where its line first leaves the
 * window. The sum is the number of those edges; edges between boxes of which none is seen are not told.
 */
export function stubsOf(layout: Layout, window: Window): readonly Stub[] {
  const seen = layout.boxes.map((box) => isSeen(box, window));
  const counts = new Map<string, Stub>();
  for (const [index, edge] of layout.edges.entries()) {
    const isDown = seen[edge.from] ?? false;
    if (isDown === (seen[edge.to] ?? false)) continue;
    const way = wayOf(layout, index);
    const { side, at } = leaving(isDown ? way : way.toReversed(), window, ENDS[layout.flow][isDown ? 1 : 0]);
    const key = `${side} ${at}`;
    counts.set(key, { side, at, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => SIDES.indexOf(a.side) - SIDES.indexOf(b.side) || a.at - b.at);
}

/** The corners of the line of an edge, by its index, from its first to its last cell, in the drawing. */
function wayOf(layout: Layout, index: number): Point[] {
  const down = edgeWay(layout, index).flatMap(({ wire, top, bottom }) => {
    const jogX = wire.upperY === wire.lowerY ? bottom.x : wire.jogX;
    return [
      { x: top.x, y: top.y },
      { x: top.x, y: wire.upperY },
      { x: jogX, y: wire.upperY },
      { x: jogX, y: wire.lowerY },
      { x: bottom.x, y: wire.lowerY },
      { x: bottom.x, y: bottom.y },
    ];
  });
  return down.map((point) => turned(layout.flow, point));
}

/** Where lines come from, and where they lead to. */
const ENDS = { down: ['top', 'bottom'], right: ['left', 'right'] } as const;

/**
 * Where a way first leaves the window; at its end, to the side `end`, where only the box behind it is not seen. Its first cell may be outside
 * already: the box is seen, and its line is not.
 */
function leaving(way: readonly Point[], window: Window, end: Side): Pick<Stub, 'side' | 'at'> {
  const out = way.find((point) => sideOf(point, window) !== undefined) ?? way.at(-1) ?? { x: 0, y: 0 };
  const side = sideOf(out, window) ?? end;
  const isBeside = side === 'left' || side === 'right';
  const at = isBeside ? out.y - window.y : out.x - window.x;
  return { side, at: Math.min(Math.max(0, at), (isBeside ? window.height : window.width) - 1) };
}

function sideOf({ x, y }: Point, window: Window): Side | undefined {
  if (y < window.y) return 'top';
  if (y >= window.y + window.height) return 'bottom';
  if (x < window.x) return 'left';
  return x >= window.x + window.width ? 'right' : undefined;
}

/** How many leave at each side, as `←1 ↑3 ↓12 →4`; a side where there is more of the drawing, but no edge leaves, has its arrow alone. */
export function stubsText(stubs: readonly Stub[], layout: Layout, window: Window, ascii: boolean): string {
  const isMore: Readonly<Record<Side, boolean>> = {
    left: window.x > 0,
    top: window.y > 0,
    bottom: window.y + window.height < layout.height,
    right: window.x + window.width < layout.width,
  };
  return SIDES.flatMap((side) => {
    const count = stubs.reduce((sum, stub) => sum + (stub.side === side ? stub.count : 0), 0);
    return isMore[side] || count > 0 ? [`${arrowOf(side, ascii)}${count === 0 ? '' : count}`] : [];
  }).join(' ');
}

/**
 * Paints stubs into the frame of a grid: the window that they belong to stands in it from `inner` on. The first and last row, and
 * `STUB_WIDTH` columns at the left and right, are theirs where the window leaves them. What would touch in a row is said as one sum.
 */
export function paintStubs(
  grid: Grid,
  inner: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  stubs: readonly Stub[],
  style: number,
  ascii: boolean,
): void {
  for (const side of ['top', 'bottom'] as const) {
    const y = side === 'top' ? inner.y - 1 : inner.y + inner.height;
    const own = stubs
      .filter((stub) => stub.side === side)
      .map((stub) => ({ ...stub, at: stub.at + inner.x }));
    for (const { at, text } of tokensOf(own, grid.width, ascii)) putText(grid, at, y, text, style);
  }
  for (const { side, at, count } of stubs) {
    const shown = count > COUNT_MAX ? `${Math.floor(count / 1_000)}k` : `${count}`;
    if (side === 'left')
      putText(grid, 0, inner.y + at, `${shown}${arrowOf(side, ascii)}`.padStart(inner.x), style);
    if (side === 'right')
      putText(grid, inner.x + inner.width, inner.y + at, `${arrowOf(side, ascii)}${shown}`, style);
  }
}

/** Texts side by side with a blank between them, each with its arrow where its lines leave, as far as it can be. */
function tokensOf(
  stubs: readonly Stub[],
  width: number,
  ascii: boolean,
): { readonly at: number; readonly text: string }[] {
  const tokens: { at: number; count: number; text: string }[] = [];
  for (const { side, at, count } of stubs) {
    const last = tokens.at(-1);
    const isApart = last === undefined || at > last.at + last.text.length;
    const own = isApart ? { at, count } : { at: last.at, count: last.count + count };
    const text = `${arrowOf(side, ascii)}${own.count}`;
    if (!isApart) tokens.pop();
    tokens.push({ ...own, text });
  }
  for (;;) {
    const [before, last] = [tokens.at(-2), tokens.at(-1)];
    if (last === undefined) break;
    // What has no room at the end goes back, or into the one before.
    last.at = Math.max(0, Math.min(last.at, width - last.text.length));
    if (before === undefined || last.at > before.at + before.text.length) break;
    const count = before.count + last.count;
    tokens.splice(-2, 2, { at: before.at, count, text: `${last.text.slice(0, 1)}${count}` });
  }
  return tokens;
}

function putText(grid: Grid, x: number, y: number, text: string, style: number): void {
  for (const [at, glyph] of Array.from(text).entries()) grid.put(x + at, y, glyph, style);
}

function arrowOf(side: Side, ascii: boolean): string {
  return ARROWS[side][ascii ? 1 : 0];
}
