import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRouteCrossings } from '../../src/graph/route-crossings.ts';
import { routeGap } from '../../src/graph/tracks.ts';

type Pins = { readonly tops: readonly number[]; readonly bottoms: readonly number[] };

describe('lines between two layers', () => {
  it('go straight down without a row where they can', () => {
    expect(routeGap([{ tops: [3], bottoms: [3] }])).toEqual({ routes: [{ straight: true }], rows: 0 });
  });

  it('share a row when a blank is left between them', () => {
    const apart = [
      { tops: [0], bottoms: [4] },
      { tops: [9], bottoms: [6] },
    ];
    expect(routeGap(apart).rows).toBe(1);
    const touching = [
      { tops: [0], bottoms: [4] },
      { tops: [9], bottoms: [5] },
    ];
    expect(routeGap(touching).rows).toBe(2);
  });

  it('are stacked so that they do not cross without need', () => {
    const parallel = [0, 2, 4].map((left) => ({ tops: [left], bottoms: [left + 10] }));
    expect(rowsOf(parallel)).toEqual([2, 1, 0]);
    const mirrored = [0, 2, 4].map((left) => ({ tops: [left + 10], bottoms: [left] }));
    expect(rowsOf(mirrored)).toEqual([0, 1, 2]);
    const staircase = [0, 10, 20].map((left) => ({ tops: [left], bottoms: [left + 14] }));
    expect(rowsOf(staircase)).toEqual([2, 1, 0]);
  });

  it('pass each other by a jog when each would have to lie above the other', () => {
    const exchanged = [
      { tops: [0], bottoms: [6] },
      { tops: [6], bottoms: [0] },
    ];
    expect(problemsOf(exchanged)).toEqual([]);
    expect(routeGap(exchanged).rows).toBe(3);
  });

  it('cross as often as is counted', () => {
    fc.assert(
      fc.property(crowds, (strands) => {
        expect(countRouteCrossings(strands, routeGap(strands).routes)).toBe(crossingsOf(strands));
      }),
      { numRuns: 300 },
    );
  });

  it('never touch, however crowded it is', () => {
    fc.assert(
      fc.property(crowds, (strands) => {
        expect(problemsOf(strands)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Strands whose tops and bottoms stand as close as columns can be, so that circles and forks in one column are common. */
const crowds: fc.Arbitrary<Pins[]> = fc
  .array(fc.record({ tops: fc.integer({ min: 1, max: 2 }), bottoms: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 9,
  })
  .chain((sizes) => {
    const columns = Array.from({ length: 30 }, (_, column) => column);
    const draw = fc.shuffledSubarray(columns, { minLength: 27, maxLength: 27 });
    return fc.tuple(draw, draw).map(([tops, bottoms]) => {
      const take = (from: number[], count: number): number[] => from.splice(0, count).sort((a, b) => a - b);
      const [upper, lower] = [[...tops], [...bottoms]];
      return sizes.map((size) => ({ tops: take(upper, size.tops), bottoms: take(lower, size.bottoms) }));
    });
  });

function rowsOf(strands: readonly Pins[]): number[] {
  return routeGap(strands).routes.map((route) => (route.straight ? -1 : route.upper));
}

/** Draws the runs cell by cell and tells each cell in which two strands meet other than in a straight crossing. */
function problemsOf(strands: readonly Pins[]): string[] {
  const { routes, rows } = routeGap(strands);
  const across = new Map<string, number>();
  const along = new Map<string, number>();
  const ends = new Set<string>();
  const problems: string[] = [];
  const claim = (taken: Map<string, number>, x: number, y: number, strand: number): void => {
    const owner = taken.get(`${x},${y}`);
    if (owner !== undefined && owner !== strand)
      problems.push(`${owner} and ${strand} lie on each other at ${x},${y}`);
    taken.set(`${x},${y}`, strand);
  };
  for (const [strand, route] of routes.entries()) {
    const { tops, bottoms } = strands[strand] ?? { tops: [], bottoms: [] };
    const vertical = (x: number, from: number, to: number): void => {
      for (let y = from; y <= to; y += 1) claim(along, x, y, strand);
      ends.add(`${x},${from}`).add(`${x},${to}`);
    };
    if (route.straight) {
      vertical(tops[0] ?? 0, -1, rows);
      continue;
    }
    const { upper, lower, jog } = route;
    for (const x of tops) vertical(x, -1, upper);
    for (const x of bottoms) vertical(x, lower, rows);
    if (upper !== lower) vertical(jog, upper, lower);
    if (upper > lower) problems.push(`${strand} goes up`);
    const runs =
      upper === lower
        ? [[...tops, ...bottoms]]
        : [
            [...tops, jog],
            [jog, ...bottoms],
          ];
    for (const [index, columns] of runs.entries()) {
      const [left, right] = [Math.min(...columns), Math.max(...columns)];
      const y = index === 0 ? upper : lower;
      // The blank that must follow a run is claimed as well.
      for (let x = left; x <= right + 1; x += 1) claim(across, x, y, strand);
      const crossed = upper === lower && tops.some((x) => x > left && x < right && bottoms.includes(x));
      if (crossed) problems.push(`${strand} forks as if it crossed itself`);
    }
  }
  for (const [cell, strand] of across) {
    const other = along.get(cell);
    const [x = 0, y = 0] = cell.split(',').map(Number);
    const blank = across.get(`${x - 1},${y}`) === strand && !runCovers(routes[strand], strands[strand], x, y);
    if (other !== undefined && other !== strand && ends.has(cell) && !blank)
      problems.push(`${other} ends on ${strand} at ${cell}`);
  }
  return problems;
}

function runCovers(
  route: ReturnType<typeof routeGap>['routes'][number] | undefined,
  pins: Pins | undefined,
  x: number,
  y: number,
): boolean {
  if (route === undefined || pins === undefined || route.straight) return false;
  const { upper, lower, jog } = route;
  const columns = [
    ...(y === upper ? pins.tops : []),
    ...(y === lower ? pins.bottoms : []),
    ...(upper === lower ? [] : [jog]),
  ];
  return x >= Math.min(...columns) && x <= Math.max(...columns);
}

/** Cell by cell: where one strand lies across and another one along. */
function crossingsOf(strands: readonly Pins[]): number {
  const { routes, rows } = routeGap(strands);
  let count = 0;
  for (let y = 0; y < rows; y += 1) {
    // Jogs stand in columns that are free, beside all others too.
    for (let x = -30; x < 60; x += 1) {
      const across = routes.findIndex(
        (route, index) =>
          !route.straight &&
          (y === route.upper || y === route.lower) &&
          runCovers(route, strands[index], x, y),
      );
      const along = routes.findIndex((route, index) => {
        const { tops, bottoms } = strands[index] ?? { tops: [], bottoms: [] };
        if (index === across) return false;
        if (route.straight) return tops.includes(x);
        if (x === route.jog && y > route.upper && y < route.lower) return true;
        return (tops.includes(x) && y < route.upper) || (bottoms.includes(x) && y > route.lower);
      });
      if (across !== -1 && along !== -1) count += 1;
    }
  }
  return count;
}
