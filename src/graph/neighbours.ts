import type { Box, Layout } from './layout.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The box to go to from a box: left and right to the next one on the same level; up and down along a line, to the nearest level first and
 * there to the box straightest above or below, or, where no line leads, to the nearest box in that direction. Undefined where there
 * is none, or no such box.
 */
export function neighbour(layout: Layout, id: string, direction: Direction): string | undefined {
  const index = layout.boxes.findIndex((box) => box.id === id);
  const from = layout.boxes[index];
  if (from === undefined) return undefined;
  switch (direction) {
    case 'left':
    case 'right': {
      const rightwards = direction === 'right';
      const level = layout.boxes.filter(
        (box) => box.y === from.y && (rightwards ? box.x > from.x : box.x < from.x),
      );
      return nearest(from, level)?.id;
    }
    case 'up':
    case 'down': {
      const linked = linkedBoxes(layout, index, direction);
      if (linked.length > 0) return nearest(from, linked)?.id;
      const beyond = layout.boxes.filter((box) => (direction === 'down' ? box.y > from.y : box.y < from.y));
      return nearest(from, beyond)?.id;
    }
  }
}

function linkedBoxes(layout: Layout, index: number, direction: 'up' | 'down'): Box[] {
  return layout.edges.flatMap((edge) => {
    if (direction === 'down') return edge.from === index ? (layout.boxes[edge.to] ?? []) : [];
    return edge.to === index ? (layout.boxes[edge.from] ?? []) : [];
  });
}

/** The fewest rows away, then the fewest columns, from middle to middle; the left one of two alike. */
function nearest(from: Box, boxes: readonly Box[]): Box | undefined {
  let best: Box | undefined;
  for (const box of boxes) {
    if (best === undefined || distance(from, box) < distance(from, best)) best = box;
    else if (distance(from, box) === distance(from, best) && box.x < best.x) best = box;
  }
  return best;
}

/** Rows count for more than any number of columns. */
function distance(a: Box, b: Box): number {
  const columns = Math.abs(2 * a.x + a.width - 2 * b.x - b.width);
  return Math.abs(a.y - b.y) * 1e7 + columns;
}
