import type { Box, Layout } from './layout.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Directions as if lines led down. */
const TURNED: Readonly<Record<Direction, Direction>> = {
  left: 'up',
  right: 'down',
  up: 'left',
  down: 'right',
};

/**
 * The box to go to from a box: across the flow to the next one on the same level; along it on a line, to the nearest level first and
 * there to the box straightest ahead, or, where no line leads, to the nearest box in that direction. Undefined where there
 * is none, or no such box.
 */
export function neighbour(layout: Layout, id: string, direction: Direction): string | undefined {
  const boxes = boxesDown(layout);
  const index = boxes.findIndex((box) => box.id === id);
  const from = boxes[index];
  if (from === undefined) return undefined;
  const way = layout.flow === 'down' ? direction : TURNED[direction];
  switch (way) {
    case 'left':
    case 'right': {
      const rightwards = way === 'right';
      const level = boxes.filter((box) => box.y === from.y && (rightwards ? box.x > from.x : box.x < from.x));
      return nearest(from, level)?.id;
    }
    case 'up':
    case 'down': {
      const linked = linkedBoxes(layout, index, way).flatMap((box) => boxes[box] ?? []);
      if (linked.length > 0) return nearest(from, linked)?.id;
      const beyond = boxes.filter((box) => (way === 'down' ? box.y > from.y : box.y < from.y));
      return nearest(from, beyond)?.id;
    }
  }
}

/** The first or last box of the level on which a box stands. */
export function endOfLevel(layout: Layout, id: string, end: 'first' | 'last'): string | undefined {
  const boxes = boxesDown(layout);
  const from = boxes.find((box) => box.id === id);
  const level = boxes.filter((box) => box.y === from?.y).toSorted((a, b) => a.x - b.x);
  return level.at(end === 'first' ? 0 : -1)?.id;
}

type Place = Pick<Box, 'id' | 'x' | 'y' | 'width'>;

/** The boxes as if lines led down. */
function boxesDown({ flow, boxes }: Layout): readonly Place[] {
  return flow === 'down' ? boxes : boxes.map(({ id, x, y, height }) => ({ id, x: y, y: x, width: height }));
}

function linkedBoxes(layout: Layout, index: number, direction: 'up' | 'down'): number[] {
  return layout.edges.flatMap((edge) => {
    if (direction === 'down') return edge.from === index ? [edge.to] : [];
    return edge.to === index ? [edge.from] : [];
  });
}

/** The fewest rows away, then the fewest columns, from middle to middle; the left one of two alike. */
function nearest(from: Place, boxes: readonly Place[]): Place | undefined {
  let best: Place | undefined;
  for (const box of boxes) {
    if (best === undefined || distance(from, box) < distance(from, best)) best = box;
    else if (distance(from, box) === distance(from, best) && box.x < best.x) best = box;
  }
  return best;
}

/** Rows count for more than any number of columns. */
function distance(a: Place, b: Place): number {
  const columns = Math.abs(2 * a.x + a.width - 2 * b.x - b.width);
  return Math.abs(a.y - b.y) * 1e7 + columns;
}
