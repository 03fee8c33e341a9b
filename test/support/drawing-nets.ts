import type { Cells } from './drawing-boxes.ts';

/** Lines that hang together, with the boxes that they leave and those that they enter. */
export type ReadNet = { readonly tails: ReadonlySet<string>; readonly heads: ReadonlySet<string> };

type Place = { readonly x: number; readonly y: number };
type End = Place & { readonly box: string };

/**
 * All lines of a drawing by what hangs together, whichever way it is followed: a person who does not look for the direction of a line takes
 * all of it for one. A crossing is two straight lines that have nothing to do with each other.
 *
 * `joins` tells the cells that a cell goes on to, `isCrossing` which cells are two lines. Exits are the first cells of lines, and entries
 * their last.
 */
export function netsOf(
  cells: Cells,
  joins: (x: number, y: number) => readonly Place[],
  isCrossing: (x: number, y: number) => boolean,
  exits: readonly (End & { readonly isAcross: boolean })[],
  entries: readonly End[],
): ReadNet[] {
  const lead = Array.from({ length: cells.width * cells.height * 2 }, (_, at) => at);
  const rootOf = (at: number): number => {
    let root = at;
    while (lead[root] !== root) root = lead[root] ?? root;
    for (let step = at; step !== root;) {
      const next = lead[step] ?? root;
      lead[step] = root;
      step = next;
    }
    return root;
  };
  const half = (x: number, y: number, across: boolean): number =>
    (y * cells.width + x) * 2 + (across && isCrossing(x, y) ? 1 : 0);
  for (let y = 0; y < cells.height; y += 1) {
    for (let x = 0; x < cells.width; x += 1) {
      for (const to of joins(x, y)) {
        const across = to.y === y;
        lead[rootOf(half(x, y, across))] = rootOf(half(to.x, to.y, across));
      }
    }
  }
  const nets = new Map<number, { tails: Set<string>; heads: Set<string> }>();
  const netAt = (root: number): { tails: Set<string>; heads: Set<string> } => {
    const net = nets.get(root) ?? { tails: new Set(), heads: new Set() };
    nets.set(root, net);
    return net;
  };
  // A line may leave its box where the drawing ends.
  const isInside = ({ x, y }: Place): boolean => x < cells.width && y < cells.height;
  for (const { x, y, box, isAcross } of exits.filter(isInside))
    netAt(rootOf(half(x, y, isAcross))).tails.add(box);
  for (const { x, y, box } of entries) netAt(rootOf(half(x, y, false))).heads.add(box);
  return [...nets.values()];
}

/** What is wrong with a net: it may fork, or gather, but only where all its tails lead to all its heads may it do both. */
export function flawOfNet(
  { tails, heads }: ReadNet,
  isEdge: (from: string, to: string) => boolean,
): string | undefined {
  if (tails.size < 2 || heads.size < 2) return undefined;
  for (const from of tails)
    for (const to of heads) if (!isEdge(from, to)) return `a line of ${from} seems to lead to ${to}`;
  return undefined;
}
