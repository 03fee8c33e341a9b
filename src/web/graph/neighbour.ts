import type { Rect } from './camera.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** What lies to the side counts this much more than what lies ahead. */
const SIDE = 2.5;

/** The box that an arrow leads to from `from`: the nearest of those that lie in that direction; undefined where none does. */
export function neighbourOf(boxes: readonly Rect[], from: number, direction: Direction): number | undefined {
  const start = boxes[from];
  if (start === undefined) return undefined;
  let best: number | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const [index, box] of boxes.entries()) {
    if (index === from) continue;
    const dx = middle(box.x, box.width) - middle(start.x, start.width);
    const dy = middle(box.y, box.height) - middle(start.y, start.height);
    const [ahead, aside] = along(direction, dx, dy);
    if (ahead <= 0 || isBeside(direction, start, box)) continue;
    const cost = ahead + SIDE * Math.abs(aside);
    if (cost >= bestCost) continue;
    best = index;
    bestCost = cost;
  }
  return best;
}

function along(direction: Direction, dx: number, dy: number): readonly [number, number] {
  switch (direction) {
    case 'left':
      return [-dx, dy];
    case 'right':
      return [dx, dy];
    case 'up':
      return [-dy, dx];
    case 'down':
      return [dy, dx];
  }
}

/** Boxes of one row are not above each other, though their middles may be a little. */
function isBeside(direction: Direction, a: Rect, b: Rect): boolean {
  return direction === 'up' || direction === 'down'
    ? a.y < b.y + b.height && b.y < a.y + a.height
    : a.x < b.x + b.width && b.x < a.x + a.width;
}

function middle(from: number, length: number): number {
  return from + length / 2;
}
