import type { Pins } from './track-pieces.ts';
import type { Route } from './tracks.ts';

type Across = { readonly row: number; readonly left: number; readonly right: number };
type Along = { readonly column: number; readonly top: number; readonly bottom: number };

/** How often lines of a gap cross each other as they are drawn: where one that leads down passes a run, each place once. */
export function countRouteCrossings(pins: readonly Pins[], routes: readonly Route[]): number {
  const across: Across[] = [];
  const along: Along[] = [];
  for (const [index, { tops, bottoms }] of pins.entries()) {
    const route = routes[index];
    if (route === undefined) continue;
    if (route.straight) {
      along.push({ column: tops[0] ?? 0, top: -1, bottom: Number.POSITIVE_INFINITY });
      continue;
    }
    const { upper, lower, jog } = route;
    for (const column of tops) along.push({ column, top: -1, bottom: upper });
    for (const column of bottoms) along.push({ column, top: lower, bottom: Number.POSITIVE_INFINITY });
    const runs =
      upper === lower
        ? [[...tops, ...bottoms]]
        : [
            [...tops, jog],
            [jog, ...bottoms],
          ];
    for (const [at, columns] of runs.entries())
      across.push({ row: at === 0 ? upper : lower, left: Math.min(...columns), right: Math.max(...columns) });
    if (upper !== lower) along.push({ column: jog, top: upper, bottom: lower });
  }
  let count = 0;
  for (const { row, left, right } of across)
    for (const { column, top, bottom } of along)
      if (column > left && column < right && row > top && row < bottom) count += 1;
  return count;
}
