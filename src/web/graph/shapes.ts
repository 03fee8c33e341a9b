import type { Layout } from '../../graph/layout.ts';
import { edgeWay } from '../../graph/lines.ts';
import { CELL, headCorners, wirePath } from '../../graph/svg.ts';
import type { Rect, Size } from './camera.ts';

/** A layout in pixels; nothing of it depends on states, so it is made once. */
export type Shapes = {
  readonly size: Size;
  /** In the order of the layout's boxes. */
  readonly boxes: readonly (Rect & { readonly id: string; readonly isPill: boolean })[];
  /** All lines in one path, and all arrow heads. */
  readonly lines: string;
  readonly heads: string;
};

/** Boxes that stand below each other have no row between them in the terminal, whose cells are higher than wide. */
const GAP_PX = 4;

export function shapesOf(layout: Layout): Shapes {
  const inset = (isPill: boolean): number => (layout.flow === 'right' && !isPill ? GAP_PX : 0);
  return {
    size: { width: layout.width * CELL.width, height: layout.height * CELL.height },
    boxes: layout.boxes.map(({ id, isPill, x, y, width, height }) => ({
      id,
      isPill,
      x: x * CELL.width,
      y: y * CELL.height + inset(isPill),
      width: width * CELL.width,
      height: height * CELL.height - 2 * inset(isPill),
    })),
    lines: layout.wires.map((wire) => wirePath(layout, wire)).join(''),
    heads: layout.wires
      .flatMap((wire) => headCorners(layout, wire))
      .map((corners) => `M${corners.join('L')}Z`)
      .join(''),
  };
}

/** The lines of all edges of the box with that id, as one path. */
export function linesOf(layout: Layout, id: string): string {
  const box = layout.boxes.findIndex((one) => one.id === id);
  return layout.edges
    .flatMap(({ from, to }, index) => (from === box || to === box ? edgeWay(layout, index) : []))
    .map(({ wire, top, bottom }) => wirePath(layout, { ...wire, tops: [top], bottoms: [bottom] }))
    .join('');
}
