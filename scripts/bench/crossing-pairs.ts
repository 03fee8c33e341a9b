export type Point = { readonly x: number; readonly y: number };
/** One edge as it is drawn: its ends by name, and the points that it leads through. */
export type Polyline = { readonly from: string; readonly to: string; readonly points: readonly Point[] };

/** How many pairs of edges without a common end cross each other. */
export function countCrossingPairs(lines: readonly Polyline[]): number {
  const spans = lines.map(({ points }) => ({
    left: Math.min(...points.map(({ x }) => x)),
    right: Math.max(...points.map(({ x }) => x)),
    top: Math.min(...points.map(({ y }) => y)),
    bottom: Math.max(...points.map(({ y }) => y)),
  }));
  let count = 0;
  for (const [index, a] of lines.entries()) {
    for (let other = index + 1; other < lines.length; other += 1) {
      const b = lines[other];
      const [own, rest] = [spans[index], spans[other]];
      if (b === undefined || own === undefined || rest === undefined) continue;
      if (own.right < rest.left || rest.right < own.left || own.bottom < rest.top || rest.bottom < own.top)
        continue;
      const isJoined = a.from === b.from || a.to === b.to || a.from === b.to || a.to === b.from;
      if (!isJoined && doCross(a.points, b.points)) count += 1;
    }
  }
  return count;
}

function doCross(a: readonly Point[], b: readonly Point[]): boolean {
  for (let i = 1; i < a.length; i += 1) {
    for (let j = 1; j < b.length; j += 1) {
      const [p, q, r, s] = [a[i - 1], a[i], b[j - 1], b[j]];
      if (
        p !== undefined &&
        q !== undefined &&
        r !== undefined &&
        s !== undefined &&
        segmentsCross(p, q, r, s)
      )
        return true;
    }
  }
  return false;
}

function segmentsCross(p: Point, q: Point, r: Point, s: Point): boolean {
  return side(p, q, r) * side(p, q, s) < 0 && side(r, s, p) * side(r, s, q) < 0;
}

function side(a: Point, b: Point, c: Point): number {
  return Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
}
